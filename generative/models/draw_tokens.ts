import * as tf from "@tensorflow/tfjs";
import { hideUnless } from "../nn/attention_bias.ts";
import { categorical } from "../runtime/random.ts";

/** How a token is drawn from what is expected. */
export interface DrawOptions {
  /** Logits are divided by it; 0 takes the likeliest token. @default 1 */
  temperature?: number;
  /** Only so many of the likeliest tokens may be drawn; 0 allows all. @default 0 */
  topK?: number;
  /** Only the likeliest tokens that together have this share may be drawn, the likeliest always. @default 1 */
  topP?: number;
  /** Tokens that are never drawn. @default none */
  forbidden?: readonly number[];
}

/**
 * Draws a token for each row, with temperature, then the k likeliest (Fan et al., 2018), then the nucleus of share p
 * (Holtzman et al., 2020, "The Curious Case of Neural Text Degeneration"). Pure.
 *
 * @param logits `[B, V]`.
 * @param seed int32 `[2]`.
 * @returns int32 `[B]`.
 */
export function drawTokens(
  logits: tf.Tensor,
  seed: tf.Tensor,
  { temperature = 1, topK = 0, topP = 1, forbidden = [] }: DrawOptions = {},
): tf.Tensor {
  const size = logits.shape[1]!;
  if (forbidden.length > 0) {
    const allowed = new Float32Array(size).fill(1);
    for (const token of forbidden) allowed[token] = 0;
    logits = logits.add(hideUnless(tf.tensor1d(allowed)));
  }
  if (temperature === 0 || topK === 1) return logits.argMax(-1);
  let scaled = logits.div(temperature);
  if (topK > 0 && topK < size) {
    const least = scaled.topk(topK).values.min(-1, true);
    scaled = scaled.add(hideUnless(scaled.greaterEqual(least)));
  }
  if (topP < 1) {
    const { values } = scaled.topk(size);
    const before = values.softmax().cumsum(-1, true); // the share of all that are likelier
    const least = values.sub(hideUnless(before.less(topP))).min(-1, true); // what is hidden becomes huge
    scaled = scaled.add(hideUnless(scaled.greaterEqual(least.minimum(scaled.max(-1, true)))));
  }
  return categorical(scaled, seed);
}
