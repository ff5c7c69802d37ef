import * as tf from "@tensorflow/tfjs";

/** Half the squared error up to `delta`, linear beyond; elementwise. */
export function huber(prediction: tf.Tensor, target: tf.Tensor, delta = 1): tf.Tensor {
  const size = tf.abs(prediction.sub(target));
  const quadratic = tf.clipByValue(size, 0, delta);
  return tf.square(quadratic).mul(0.5).add(size.sub(quadratic).mul(delta));
}

/** The squared error; elementwise. */
export function squaredError(prediction: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return tf.square(prediction.sub(target));
}

/** The cross-entropy of a label (0 .. 1) under logits, in nats; elementwise. */
export function binaryCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return tf.softplus(logits).sub(labels.mul(logits));
}
