import type * as tf from "@tensorflow/tfjs";
import type { Rollout } from "../experience.ts";

/** What one decision leaves of the pace before it. */
const KEPT = 0.8;

/**
 * The pace after a decision: a running mean of reward / rewardScale, 0 at an episode's start, that takes in a fifth of
 * each reward. A mean over some decisions and not the last reward alone, because real rewards are lumpy (a tile of road
 * or none) while a dream foresees expectations: only their means look alike.
 *
 * @param pace The pace before it, `[B, 1]`.
 * @param reward What it earned, `[B]`, in the environment's unit.
 */
export function nextPace(pace: tf.Tensor, reward: tf.Tensor, rewardScale: number): tf.Tensor {
  return pace.mul(KEPT).add(reward.expandDims(1).mul((1 - KEPT) / rewardScale));
}

/** What {@link paces} reads: B streams of T successive decisions, time first, row-major. */
export interface EarnedRewards {
  /** What each decision earned, `[T, B]`, in the environment's unit. */
  rewards: ArrayLike<number>;
  /** `[T, B]`, 1 where an episode starts at that decision, else 0. */
  resets: ArrayLike<number>;
  /** Sequences side by side, B. */
  streams: number;
}

/** The pace before each decision, which knows the rewards of those before it in the episode, `[T, B]` row-major. */
export function paces({ rewards, resets, streams }: EarnedRewards, rewardScale: number): Float32Array {
  const result = new Float32Array(resets.length);
  for (let place = streams; place < result.length; place++) {
    if (resets[place]) continue;
    const before = place - streams;
    result[place] = KEPT * result[before] + (1 - KEPT) * rewards[before] / rewardScale;
  }
  return result;
}

const stored = new WeakMap<Rollout, { rewardScale: number; values: Float32Array }>();

/** {@link paces} of a rollout, which are kept as long as it is. */
export function storedPaces(rollout: Rollout, rewardScale: number): Float32Array {
  let known = stored.get(rollout);
  if (known?.rewardScale !== rewardScale) {
    stored.set(rollout, known = { rewardScale, values: paces(rollout, rewardScale) });
  }
  return known.values;
}
