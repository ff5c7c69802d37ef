import * as tf from "@tensorflow/tfjs";
import { stopGradient } from "../generative/runtime/mod.ts";

/** The percentiles whose distance is the range of returns. */
const LOW = 0.05, HIGH = 0.95;

/** How far the range follows in an update. */
const RATE = 0.01;

/**
 * How far apart returns lie from the 5th to the 95th percentile, a scalar (Hafner et al., 2023, DreamerV3). No gradient
 * flows through it.
 *
 * @param returns `[N]`.
 */
export function returnRange(returns: tf.Tensor): tf.Scalar {
  const values = stopGradient(returns).flatten();
  return tf.customGrad((input) => ({
    value: percentile(input as tf.Tensor, HIGH).sub(percentile(input as tf.Tensor, LOW)) as tf.Scalar,
    gradFunc: () => tf.zeros(values.shape),
  }))(values) as tf.Scalar;
}

/** The running range after an update, and what advantages are divided by: small returns are never made larger. */
export function followRange(
  running: tf.Scalar,
  range: tf.Scalar,
): { running: tf.Scalar; divisor: tf.Scalar } {
  const next = running.add(range.sub(running).mul(RATE)) as tf.Scalar;
  return { running: next, divisor: next.maximum(1) as tf.Scalar };
}

/** The value below which a share of the values lies: the nearest one there is. */
function percentile(values: tf.Tensor, share: number): tf.Tensor {
  const count = values.size;
  const rank = Math.round(share * (count - 1)); // from below
  // The largest few are sorted faster than all of them.
  const fromAbove = count - 1 - rank;
  return fromAbove <= rank
    ? values.topk(fromAbove + 1).values.slice([fromAbove], [1]).asScalar()
    : values.neg().topk(rank + 1).values.slice([rank], [1]).asScalar().neg();
}
