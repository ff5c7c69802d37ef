import type * as tf from "@tensorflow/tfjs";

/** The squared error; elementwise. */
export function squaredError(prediction: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return prediction.sub(target).square();
}

/** The cross-entropy of a label (0 .. 1) under logits, in nats; elementwise. */
export function binaryCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return logits.softplus().sub(labels.mul(logits));
}
