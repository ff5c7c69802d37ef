import * as tf from "@tensorflow/tfjs";

/** How much of a noised example is signal and how much is noise: `x = signal x0 + noise e`, e standard normal. */
export interface NoiseLevel<T = number> {
  /** What the clean example is multiplied by, 0 or more. */
  signal: T;
  /** Standard deviation of the noise, 0 or more. */
  noise: T;
}

/** Noise in units of the signal: what it would be were the signal 1. Infinite where there is no signal. */
export function sigmaOf({ signal, noise }: NoiseLevel): number {
  return noise / signal;
}

/**
 * Levels of examples, brought to a shape that is broadcast over them.
 *
 * @param level Scalars, or one number an example, `[B]`.
 * @param like `[B, ..]`.
 * @returns `[B, 1, ..]` of the same rank, or scalars.
 */
export function spreadLevel(level: NoiseLevel<tf.Tensor>, like: tf.Tensor): NoiseLevel<tf.Tensor> {
  const spread = (x: tf.Tensor) =>
    x.rank === 0 ? x : x.reshape([like.shape[0], ...like.shape.slice(1).map(() => 1)]);
  return { signal: spread(level.signal), noise: spread(level.noise) };
}

/** The level of every example of a batch, `[B]` each, from scalars. */
export function repeatLevel(level: NoiseLevel<tf.Tensor>, batch: number): NoiseLevel<tf.Tensor> {
  const repeat = (x: tf.Tensor) => x.rank === 0 ? x.reshape([1]).tile([batch]) : x;
  return { signal: repeat(level.signal), noise: repeat(level.noise) };
}

/** `signal x0 + noise e`. @param level Broadcast over the examples, see {@link spreadLevel}. */
export function addNoise(clean: tf.Tensor, noise: tf.Tensor, level: NoiseLevel<tf.Tensor>): tf.Tensor {
  return clean.mul(level.signal).add(noise.mul(level.noise));
}
