import * as tf from "@tensorflow/tfjs";
import { distances } from "./relative_positions.ts";

/** Taken from the logit of what must not be seen. Finite: a row that sees nothing stays a mean instead of NaN. */
const HIDDEN = 1e9;

/**
 * Hides the future: place i sees the places 0 .. i.
 *
 * @returns To be added to logits, `[length, length]`: 0 or -1e9.
 */
export function causalBias(length: number): tf.Tensor {
  return hideUnless(distances(length).greaterEqual(tf.scalar(0, "int32")));
}

/**
 * Hides keys, such as those of padding.
 *
 * @param seen `[B, S]`, 1 where a key may be seen, else 0.
 * @returns To be added to logits, `[B, 1, 1, S]`: 0 or -1e9.
 */
export function paddingBias(seen: tf.Tensor): tf.Tensor {
  return hideUnless(seen).expandDims(1).expandDims(1);
}

/** 0 where `seen` is 1 or true, -1e9 where it is 0 or false; the shape stays. */
export function hideUnless(seen: tf.Tensor): tf.Tensor {
  return seen.toFloat().sub(1).mul(HIDDEN);
}
