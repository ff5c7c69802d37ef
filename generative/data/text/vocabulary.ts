import { joinWords } from "./tokenise.ts";

/** The token that fills up short texts. */
export const PAD = 0;
/** The token that stands for words that are not known. */
export const UNKNOWN = 1;

/** "" (padding), "[UNK]" and then the most frequent words, `size` in all; equally frequent ones in alphabetical order. */
export function frequentWords(texts: readonly (readonly string[])[], size: number): string[] {
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return ["", "[UNK]", ...sorted.slice(0, size - 2).map(([word]) => word)];
}

/** Words to tokens. @param index Of each word that is known, see `TextData.vocabulary`. */
export function encodeWords(words: readonly string[], index: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from(words, (word) => index.get(word) ?? UNKNOWN);
}

/** Tokens to text, up to the first that pads. */
export function decodeTokens(tokens: ArrayLike<number>, vocabulary: readonly string[]): string {
  const words: string[] = [];
  for (let i = 0; i < tokens.length && tokens[i] !== PAD; i++) words.push(vocabulary[tokens[i]] ?? "[UNK]");
  return joinWords(words);
}
