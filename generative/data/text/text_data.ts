import { RandomStream } from "../../../core/random_stream.ts";
import type { TextData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";

/** The token that fills up short texts. */
export const PAD = 0;
/** The token that stands for words that are not known. */
export const UNKNOWN = 1;

/** One text in this many is held back. */
const HELD_BACK = 20;

/**
 * Texts as tokens. The vocabulary is made of the most frequent words of all texts to learn from, so that it depends
 * neither on the split nor on the limit; which texts are held back is chosen once and for all.
 *
 * @param texts As words; what is longer than `length` is cut off, what is shorter is filled up.
 * @throws TypeError when there are not at least two texts, RangeError for a vocabulary or length that is too small.
 */
export function textData(
  name: string,
  texts: readonly string[][],
  { split, limit, length, vocabulary: size }: ResolvedLoadOptions,
): TextData {
  if (texts.length < 2) {
    throw new TypeError(
      `Cannot load "${name}": expected texts with at least two pieces, one to learn from and one to hold back, got ${
        texts.length === 0 ? "no words" : "one; set a smaller length"
      }`,
    );
  }
  if (size < 3 || length < 2) {
    throw new RangeError(
      `Cannot load "${name}": expected a vocabulary of 3 or more and a length of 2 or more, got ${size} and ${length}`,
    );
  }
  const order = new RandomStream(0, "texts").shuffle(Array.from(texts, (_, i) => i));
  const held = Math.max(1, Math.floor(texts.length / HELD_BACK));
  const learned = order.slice(held);
  const vocabulary = frequentWords(learned.map((i) => texts[i]), size);
  const taken = (split === "train" ? learned : order.slice(0, held)).slice(0, limit || undefined);
  const tokens = new Int32Array(taken.length * length);
  const index = new Map(vocabulary.map((word, i) => [word, i]));
  taken.forEach((text, n) => tokens.set(encodeWords(texts[text].slice(0, length), index), n * length));
  return { kind: "text", name, count: taken.length, length, tokens, vocabulary };
}

/** "" (padding), "[UNK]" and then the most frequent words, `size` in all; equally frequent ones in alphabetical order. */
export function frequentWords(texts: readonly (readonly string[])[], size: number): string[] {
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return ["", "[UNK]", ...sorted.slice(0, size - 2).map(([word]) => word)];
}

/** Words to tokens. @param index Of each word that is known, see {@link TextData.vocabulary}. */
export function encodeWords(words: readonly string[], index: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from(words, (word) => index.get(word) ?? UNKNOWN);
}

/** Tokens to text, up to the first that pads. */
export function decodeTokens(tokens: ArrayLike<number>, vocabulary: readonly string[]): string {
  const words: string[] = [];
  for (let i = 0; i < tokens.length && tokens[i] !== PAD; i++) words.push(vocabulary[tokens[i]] ?? "[UNK]");
  return words.join(" ");
}
