import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../nn/parameters.ts";
import type { Dataset, DataShape, TextData } from "../dataset.ts";
import { PAD } from "./vocabulary.ts";

/** The shape of texts. */
export type TextShape = Extract<DataShape, { kind: "text" }>;

/** Data that are texts. @param model Named in the error. @throws TypeError when they are none. */
export function expectText(data: DataShape, model: string): TextShape {
  if (data.kind === "text") return data;
  throw new TypeError(
    `Cannot train ${model} on "${data.name}": expected texts (moby-dick, sotu, shakespeare, a text file or recipes as JSON), got ${data.kind}`,
  );
}

/** Tokens of some texts as tensors: `tokens` int32 `[B, L]`. */
export function tokenTensors(data: Dataset, indices: ArrayLike<number>): NamedTensors {
  const { tokens, length } = data as TextData;
  const count = indices.length;
  const rows = new Int32Array(count * length);
  for (let n = 0; n < count; n++) {
    rows.set(tokens.subarray(indices[n] * length, (indices[n] + 1) * length), n * length);
  }
  return { tokens: tf.tensor2d(rows, [count, length], "int32") };
}

/**
 * Some texts as tensors, with what bits per character are measured by: beside {@link tokenTensors}, of data that know them,
 * `given`, `characters` and `spelling`, float32 `[B]` each; see `TextData`.
 */
export function textTensors(data: Dataset, indices: ArrayLike<number>): NamedTensors {
  const batch = tokenTensors(data, indices);
  const { given, characters, spelling } = data as TextData;
  for (const [name, all] of Object.entries({ given, characters, spelling })) {
    if (all) batch[name] = tf.tensor1d(Float32Array.from(indices, (i) => all[i]), "float32");
  }
  return batch;
}

/** 1 for each token after the first, 0 for what fills up: int32 `[B, L]` to `[B, L - 1]`. */
export function toldTokens(tokens: tf.Tensor): tf.Tensor {
  const [batch, length] = tokens.shape;
  return tokens.slice([0, 1], [batch, length - 1]).notEqual(PAD).toFloat();
}

/** Weights that add up to 1. @param counted What counts, 0 or more each. */
export function meanWeights(counted: tf.Tensor): tf.Tensor {
  return counted.div(counted.sum().maximum(1));
}

/**
 * Bits per character, by which models of any tokens can be compared on the same texts: the bits of all tokens behind
 * those that are given, and of spelling what no token stands for, over the characters that they tell.
 *
 * @param batch From {@link textTensors}.
 * @param nats Of a weighted sum of the tokens' nats, given the weights `[B, L - 1]` of the tokens after the first.
 * @returns A sum and a count; nothing for data that do not know their characters.
 */
export function bitsPerCharacter(
  { tokens, given, characters, spelling }: NamedTensors,
  nats: (weights: tf.Tensor) => tf.Tensor,
): NamedTensors {
  if (!characters) return {};
  const places = tf.range(1, tokens.shape[1]!, 1, "float32");
  const told = places.greaterEqual(given.expandDims(1)).toFloat().mul(toldTokens(tokens));
  const bits = nats(told).add(spelling.sum()).div(Math.LN2);
  return { bitsPerCharacter: tf.stack([bits, characters.sum()]) };
}
