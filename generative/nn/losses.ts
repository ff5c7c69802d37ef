import type * as tf from "@tensorflow/tfjs";

/** Half the squared error up to `delta`, linear beyond; elementwise. */
export function huber(prediction: tf.Tensor, target: tf.Tensor, delta = 1): tf.Tensor {
  const size = prediction.sub(target).abs();
  const quadratic = size.clipByValue(0, delta);
  return quadratic.square().mul(0.5).add(size.sub(quadratic).mul(delta));
}

/** The squared error; elementwise. */
export function squaredError(prediction: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return prediction.sub(target).square();
}

/** The cross-entropy of a label (0 .. 1) under logits, in nats; elementwise. */
export function binaryCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return logits.softplus().sub(labels.mul(logits));
}
