import * as tf from "@tensorflow/tfjs";
import type { WrittenToken } from "./model.ts";

/** Tokens that could have stood in another's place, as many as are told. */
const ALTERNATIVES = 5;

/** How probable a token of each row was, and what else was, as the model sees it at temperature 1. */
export interface TokenShares<T = ArrayLike<number>> {
  /** The probability of each token, `[B]`. */
  shares: T;
  /** The likeliest tokens in its place, `[B, K]`, likeliest first. */
  likeliest: T;
  /** Their probabilities, `[B, K]`. */
  likeliestShares: T;
}

/**
 * What there is to tell of tokens that were drawn. Pure.
 *
 * @param logits `[B, V]`.
 * @param drawn int32 `[B]`.
 */
export function tokenShares(logits: tf.Tensor, drawn: tf.Tensor): Record<keyof TokenShares, tf.Tensor> {
  const size = logits.shape[1]!;
  const all = logits.softmax();
  const { values, indices } = all.topk(Math.min(ALTERNATIVES, size));
  const shares = all.mul(tf.oneHot(drawn.toInt(), size)).sum(-1);
  return { shares, likeliest: indices, likeliestShares: values };
}

/** The values of {@link tokenShares} for every `count` rows; the tensors stay the caller's. */
export async function readTokenShares(
  { shares, likeliest, likeliestShares }: TokenShares<tf.Tensor>,
  count: number,
): Promise<TokenShares[]> {
  const [own, others, theirs] = await Promise.all([shares.data(), likeliest.data(), likeliestShares.data()]);
  const each = count * likeliest.shape[1]!;
  return Array.from({ length: own.length / count }, (_, n) => ({
    shares: own.subarray(n * count, (n + 1) * count),
    likeliest: others.subarray(n * each, (n + 1) * each),
    likeliestShares: theirs.subarray(n * each, (n + 1) * each),
  }));
}

/** What is told of the token of a row beside its text. @param textOf What a token says. */
export function describeToken(
  { shares, likeliest, likeliestShares }: TokenShares,
  row: number,
  textOf: (token: number) => string,
): Omit<WrittenToken, "text"> {
  const count = likeliest.length / shares.length;
  const alternatives = Array.from({ length: count }, (_, n) => ({
    text: textOf(likeliest[row * count + n]) || "(end)",
    probability: likeliestShares[row * count + n],
  }));
  return { probability: shares[row], alternatives };
}
