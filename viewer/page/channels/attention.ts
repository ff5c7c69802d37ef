import type { WrittenToken } from "../../../generative/models/model.ts";

/** Whose attention is shown: that of one layer and one head, counted from 0, or the mean of all. */
export interface ShownHeads {
  layer?: number;
  head?: number;
}

/** What is looked at, N things, by the heads of some layers. */
export interface AttentionOfHeads {
  /** The things. */
  tokens: { readonly length: number };
  /** `[H, N]` of each layer; each row sums to 1. */
  layers: readonly Float32Array[];
}

/** A piece of a text, and what was looked at of it. */
export interface LookedAt {
  text: string;
  /** Its share of the attention, 0 .. 1; undefined where nothing could look. */
  share?: number;
}

/** How many heads each layer has. */
export function headsOf({ tokens, layers }: AttentionOfHeads): number {
  return layers[0].length / tokens.length;
}

/** The attention that each thing has, `[N]`: of the heads that are shown, a mean. The shares add up to 1. */
export function shownAttention(attention: AttentionOfHeads, { layer, head }: ShownHeads): Float64Array {
  const size = attention.tokens.length;
  const heads = headsOf(attention);
  const layers = layer === undefined ? attention.layers : [attention.layers[layer]];
  const rows = layers.flatMap((values) =>
    Array.from({ length: heads }, (_, row) => values.subarray(row * size, (row + 1) * size))
      .filter((_, row) => head === undefined || row === head)
  );
  return Float64Array.from(
    { length: size },
    (_, n) => rows.reduce((sum, row) => sum + row[n], 0) / rows.length,
  );
}

/**
 * Cuts a piece of a text where the tokens that were read begin and end.
 *
 * @param from Where the piece begins in the text.
 * @param read Tokens and their shares; the last one ends where the text that was read does.
 */
export function lookedAt(
  piece: string,
  from: number,
  read: { tokens: readonly string[]; shares: ArrayLike<number>; end: number },
): LookedAt[] {
  const pieces: LookedAt[] = [];
  let at = from;
  const add = (to: number, share?: number) => {
    if (to > at) pieces.push({ text: piece.slice(at - from, to - from), share });
    at = Math.max(at, to);
  };
  const last = from + piece.length;
  let begin = read.end - read.tokens.reduce((sum, { length }) => sum + length, 0);
  for (const [n, { length }] of read.tokens.entries()) {
    add(Math.min(begin, last));
    begin += length;
    add(Math.min(begin, last), read.shares[n]);
  }
  add(last);
  return pieces;
}

/** The words of a text: what was written token by token, and its prompt word by word, with the blanks before them. */
export function wordsOf(tokens: readonly WrittenToken[]): WrittenToken[] {
  return tokens.flatMap((token) =>
    token.probability === undefined
      ? (token.text.match(/\s*\S+(\s+$)?|\s+$/g) ?? []).map((text) => ({ text }))
      : [token]
  );
}

/** A text up to a word, that one left out. */
export function textBefore(words: readonly WrittenToken[], at: number): string {
  return words.slice(0, at).map(({ text }) => text).join("");
}
