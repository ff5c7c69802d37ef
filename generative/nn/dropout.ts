import type * as tf from "@tensorflow/tfjs";
import { uniform } from "../runtime/random.ts";

/**
 * Sets a share of the elements to 0 and scales the others by `1 / (1 - rate)` (Srivastava et al., 2014). For training
 * alone.
 *
 * @param rate The share, `0 .. 1`; 1 itself is refused.
 * @param seed int32 `[2]`.
 */
export function dropout(x: tf.Tensor, rate: number, seed: tf.Tensor): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`Cannot drop out: expected a rate in [0, 1), got ${rate}`);
  }
  if (rate === 0) return x;
  const kept = uniform(x.shape, seed).greaterEqual(rate).toFloat();
  return x.mul(kept.mul(1 / (1 - rate)));
}
