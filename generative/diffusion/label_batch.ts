import * as tf from "@tensorflow/tfjs";

/** The labels of some examples, int32 `[B]`. */
export function labelBatch(labels: ArrayLike<number>, indices: ArrayLike<number>): tf.Tensor1D {
  return tf.tensor1d(Array.from(indices, (index) => labels[index]), "int32");
}
