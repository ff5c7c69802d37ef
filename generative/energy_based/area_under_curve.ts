import type * as tf from "@tensorflow/tfjs";

/**
 * The area under the receiver operating characteristic: how often a value of the first is larger than one of the second,
 * ties counted half. 1 tells them apart without error, 0.5 not at all.
 *
 * @param larger `[N]`, those that should be larger.
 * @param smaller `[M]`.
 * @returns A scalar, 0 .. 1.
 */
export function areaUnderCurve(larger: tf.Tensor, smaller: tf.Tensor): tf.Tensor {
  return larger.expandDims(1).sub(smaller.expandDims(0)).sign().add(1).div(2).mean();
}
