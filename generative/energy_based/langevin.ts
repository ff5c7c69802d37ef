import type * as tf from "@tensorflow/tfjs";
import { foldSeed, normal, repeat } from "../runtime/mod.ts";

/** How {@link langevin} walks. */
export interface LangevinOptions {
  /** Steps of each chain. */
  steps: number;
  /** What the score is multiplied by, a number or a scalar: half of the noise's variance, where chains are to follow the density itself. */
  stepSize: number | tf.Tensor;
  /** Standard deviation of the noise that each step adds, a number or a scalar. */
  noise: number | tf.Tensor;
  /** Largest absolute value of an element of the score. @default no limit */
  clipScore?: number;
  /** What chains are kept within. @default no limit */
  range?: readonly [low: number, high: number];
}

/**
 * Langevin dynamics: `x <- x + noise`, then `x <- x + stepSize score(x)`, over and over. With
 * `stepSize = noise^2 / 2`, small, chains end as draws from the density of which `score` is the gradient of the logarithm;
 * with a larger step they look for its peaks. In a compiled step it is one loop of the graph, and no gradient flows
 * through it.
 *
 * @param score The gradient of the log-density at chains `[B, ..]`, of their shape.
 * @param start `[B, ..]`.
 * @param seed int32 `[2]`.
 * @returns Where the chains end, `[B, ..]`.
 */
export function langevin<T extends tf.Tensor>(
  score: (chains: T) => tf.Tensor,
  start: T,
  { steps, stepSize, noise, clipScore = Infinity, range: [low, high] = [-Infinity, Infinity] }:
    LangevinOptions,
  seed: tf.Tensor,
): T {
  const within = (x: tf.Tensor, low: number, high: number) => high < Infinity ? x.clipByValue(low, high) : x;
  return repeat(steps, (chains, turn) => {
    const moved = chains.add(normal(chains.shape, foldSeed(seed, turn)).mul(noise));
    const noisy = within(moved, low, high) as T;
    const ascent = within(score(noisy), -clipScore, clipScore).mul(stepSize);
    return within(noisy.add(ascent), low, high) as T;
  }, start);
}
