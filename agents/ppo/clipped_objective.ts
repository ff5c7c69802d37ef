import type * as tf from "@tensorflow/tfjs";
import { standardise } from "../../generative/nn/standardise.ts";
import { stopGradient } from "../../generative/runtime/mod.ts";

/** Decisions to learn from, M of them. */
export interface ClippedObjectiveInput {
  /** How likely the policy makes them now, `[M]`, logarithms. */
  logProbability: tf.Tensor;
  /** How likely they were when they were made, `[M]`, logarithms. */
  before: tf.Tensor;
  /** How much more came of them than was expected, `[M]`; normalised within the minibatch. */
  advantages: tf.Tensor;
  /** What each of them counts, `[M]`. @default 1 */
  weights?: tf.Tensor;
  /** How far a probability may move and still be rewarded for it, as a share of what it was. */
  clipRange: number;
}

/**
 * The clipped objective of PPO (Schulman et al. 2017, Proximal Policy Optimization Algorithms, equation 7).
 *
 * @returns Scalars: `policyLoss`, minus the objective; `divergence`, how far the policy is from the one that decided, an
 * estimate of its Kullback-Leibler divergence in nats; `clipped`, the share of decisions beyond the range.
 */
export function clippedObjective(
  { logProbability, before, advantages, weights, clipRange }: ClippedObjectiveInput,
): { policyLoss: tf.Tensor; divergence: tf.Tensor; clipped: tf.Tensor } {
  const { centred, inverse } = standardise(advantages, { axes: [0], epsilon: 1e-8 });
  const advantage = centred.mul(inverse);
  const logRatio = logProbability.sub(before);
  const ratio = logRatio.exp();
  const limited = ratio.clipByValue(1 - clipRange, 1 + clipRange);
  const gained = ratio.mul(advantage).minimum(limited.mul(advantage));
  const moved = stopGradient(ratio).sub(1);
  return {
    policyLoss: (weights ? gained.mul(weights) : gained).mean().neg(),
    divergence: moved.sub(stopGradient(logRatio)).mean(),
    clipped: moved.abs().greater(clipRange).toFloat().mean(),
  };
}
