import type * as tf from "@tensorflow/tfjs";

/** A dreamed stretch of H decisions; every tensor is `[B]`. */
export interface RewardStretch {
  /** The reward of each decision, H tensors. */
  rewards: tf.Tensor[];
  /** What the future after each decision counts: gamma times the probability to go on, H tensors. */
  discounts: tf.Tensor[];
  /** The value of the state after each decision, H tensors. */
  values: tf.Tensor[];
}

/**
 * TD(lambda) returns, from the last decision backwards:
 * `R[t] = r[t] + d[t] ((1 - lambda) v[t + 1] + lambda R[t + 1])`, where beyond the end R is v.
 *
 * @param lambda 0 trusts the values after one decision, 1 only those at the end.
 * @returns H tensors `[B]`, differentiable in everything.
 */
export function lambdaReturns({ rewards, discounts, values }: RewardStretch, lambda: number): tf.Tensor[] {
  if (rewards.length === 0 || discounts.length !== rewards.length || values.length !== rewards.length) {
    const got = [rewards.length, discounts.length, values.length].join(", ");
    throw new RangeError(
      `Cannot compute returns: expected as many rewards, discounts and values, got ${got}`,
    );
  }
  const returns: tf.Tensor[] = new Array(rewards.length);
  let future = values[values.length - 1];
  for (let t = rewards.length - 1; t >= 0; t--) {
    const ahead = values[t].mul(1 - lambda).add(future.mul(lambda));
    future = rewards[t].add(discounts[t].mul(ahead));
    returns[t] = future;
  }
  return returns;
}
