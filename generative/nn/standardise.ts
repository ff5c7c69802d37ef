import type * as tf from "@tensorflow/tfjs";

/** A tensor's mean and variance, and what brings it to mean 0 and variance 1: `centred inverse`. */
export interface Standardised {
  /** The mean over the axes. */
  mean: tf.Tensor;
  /** The variance over the axes, divided by N. */
  variance: tf.Tensor;
  /** The tensor minus its mean. */
  centred: tf.Tensor;
  /** `1 / sqrt(variance + epsilon)`. */
  inverse: tf.Tensor;
}

/** What normalisations have in common: mean and variance over some axes; differentiable to any order. */
export function standardise(
  x: tf.Tensor,
  { axes, epsilon, keepDims = false }: { axes: number[]; epsilon: number; keepDims?: boolean },
): Standardised {
  const mean = x.mean(axes, keepDims);
  const centred = x.sub(mean);
  const variance = centred.square().mean(axes, keepDims);
  return { mean, variance, centred, inverse: variance.add(epsilon).rsqrt() };
}
