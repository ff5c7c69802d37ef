import { PAD, UNKNOWN } from "./vocabulary.ts";

/** Tokens that every vocabulary of byte pairs begins with: padding, unknown, and the 256 bytes. */
const FIRST_CHARACTER = 2 + 256;

/** Parts of a text that no token reaches across (Radford et al., 2019, "GPT-2"): words with the blank before them, numbers, punctuation, blanks. */
const PARTS = /'(?:[sdmt]|ll|ve|re)| ?\p{L}[\p{L}\p{M}]*| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/**
 * Learns a vocabulary of byte pairs (Gage, 1994; Sennrich et al., 2016, "Neural Machine Translation of Rare Words with
 * Subword Units"): the characters of the texts, then, again and again, the two tokens that stand side by side most
 * often as one more token. Characters that found no place are written as the bytes of their UTF-8.
 *
 * @param size Tokens in the vocabulary: "" (padding), "[UNK]", the bytes `<0x00>` to `<0xff>`, characters, and what
 * was merged, in the order of merging; fewer where nothing is left to merge.
 * @throws RangeError for a size that leaves no room for characters.
 */
export function learnBytePairs(texts: Iterable<string>, size: number): string[] {
  if (size <= FIRST_CHARACTER) {
    throw new RangeError(
      `Cannot learn byte pairs: expected a vocabulary of more than ${FIRST_CHARACTER} tokens (256 of them bytes), got ${size}`,
    );
  }
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const part of text.match(PARTS) ?? []) counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).padStart(2, "0")}>`);
  const characters = frequentCharacters(counts, Math.ceil((size - FIRST_CHARACTER) / 2));
  const vocabulary = ["", "[UNK]", ...bytes, ...characters];
  const pairs = new PairCounts(counts, new Map(vocabulary.map((token, id) => [token, id])));
  while (vocabulary.length < size) {
    const best = pairs.mostFrequent();
    if (best === undefined) break;
    pairs.merge(best, vocabulary.length);
    vocabulary.push(vocabulary[best.left] + vocabulary[best.right]);
  }
  return vocabulary;
}

/** The most frequent characters of parts; equally frequent ones in alphabetical order. */
function frequentCharacters(parts: ReadonlyMap<string, number>, size: number): string[] {
  const counts = new Map<string, number>();
  for (const [part, count] of parts) {
    for (const character of part) counts.set(character, (counts.get(character) ?? 0) + count);
  }
  return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, size)
    .map(([character]) => character);
}

interface Pair {
  left: number;
  right: number;
}

/** How often each two tokens stand side by side, kept up while tokens are merged. */
class PairCounts {
  readonly #parts: { tokens: number[]; count: number }[] = [];
  readonly #counts = new Map<number, number>();
  /** The parts that a pair is or was in. */
  readonly #places = new Map<number, Set<number>>();

  /** @param index Of characters; those that it lacks are never merged. */
  constructor(parts: ReadonlyMap<string, number>, index: ReadonlyMap<string, number>) {
    for (const [part, count] of parts) {
      const tokens = Array.from(part, (character) => index.get(character) ?? UNKNOWN);
      if (tokens.length > 1) this.#count(this.#parts.push({ tokens, count }) - 1, 1);
    }
  }

  /** The pair that comes most often, twice at least; of equally frequent ones that of the older tokens. */
  mostFrequent(): Pair | undefined {
    let best = -1, most = 1;
    for (const [key, count] of this.#counts) {
      if (count > most || (count === most && key < best)) [best, most] = [key, count];
    }
    return best < 0 ? undefined : { left: Math.floor(best / 65536), right: best % 65536 };
  }

  /** Puts one token in the place of a pair, everywhere. */
  merge({ left, right }: Pair, merged: number): void {
    for (const place of this.#places.get(left * 65536 + right) ?? []) {
      this.#count(place, -1);
      const part = this.#parts[place];
      part.tokens = mergePair(part.tokens, { left, right }, merged);
      this.#count(place, 1);
    }
  }

  /** Counts the pairs of a part in, or out. */
  #count(place: number, sign: 1 | -1): void {
    const { tokens, count } = this.#parts[place];
    for (let i = 0; i + 1 < tokens.length; i++) {
      if (tokens[i] === UNKNOWN || tokens[i + 1] === UNKNOWN) continue;
      const key = tokens[i] * 65536 + tokens[i + 1];
      const now = (this.#counts.get(key) ?? 0) + sign * count;
      if (now > 0) this.#counts.set(key, now);
      else this.#counts.delete(key);
      if (sign < 0) continue;
      const places = this.#places.get(key);
      if (places) places.add(place);
      else this.#places.set(key, new Set([place]));
    }
  }
}

/** Tokens with one in the place of each pair, from the left. */
function mergePair(tokens: readonly number[], { left, right }: Pair, merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === left && tokens[i + 1] === right) {
      result.push(merged);
      i++;
    } else result.push(tokens[i]);
  }
  return result;
}

/**
 * Writes any text in the tokens of {@link learnBytePairs}, and back without a loss.
 *
 * @example
 * ```ts
 * import { BytePairs, learnBytePairs } from "./byte_pairs.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const pairs = new BytePairs(learnBytePairs(["the whale, the whale"], 270));
 * assertEquals(pairs.decode(pairs.encode("the whale 🐋")), "the whale 🐋");
 * ```
 */
export class BytePairs {
  readonly #index: ReadonlyMap<string, number>;
  readonly #known = new Map<string, readonly number[]>();

  /** Writes in these tokens. @param vocabulary What {@link learnBytePairs} returned. */
  constructor(readonly vocabulary: readonly string[]) {
    const written = vocabulary.slice(FIRST_CHARACTER);
    this.#index = new Map(written.map((token, i) => [token, FIRST_CHARACTER + i]));
  }

  /** The tokens of a text. */
  encode(text: string): number[] {
    const tokens: number[] = [];
    for (const part of text.match(PARTS) ?? []) {
      let known = this.#known.get(part);
      if (known === undefined) this.#known.set(part, known = this.#encodePart(part));
      for (const token of known) tokens.push(token);
    }
    return tokens;
  }

  /** The text of tokens, up to the first that pads; bytes that are no UTF-8 become U+FFFD. */
  decode(tokens: ArrayLike<number>): string {
    const bytes: number[] = [];
    const encoder = new TextEncoder();
    for (let i = 0; i < tokens.length && tokens[i] !== PAD; i++) {
      const token = tokens[i];
      if (token > UNKNOWN && token < FIRST_CHARACTER) bytes.push(token - 2);
      else for (const byte of encoder.encode(this.vocabulary[token])) bytes.push(byte);
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  }

  /** Merges what was merged first, until nothing is left to merge. */
  #encodePart(part: string): number[] {
    let tokens = Array.from(part).flatMap((character) => {
      const known = this.#index.get(character);
      return known === undefined
        ? Array.from(new TextEncoder().encode(character), (byte) => 2 + byte)
        : [known];
    });
    for (;;) {
      let best: Pair | undefined, merged = Infinity;
      for (let i = 0; i + 1 < tokens.length; i++) {
        const [left, right] = [tokens[i], tokens[i + 1]];
        if (left < FIRST_CHARACTER || right < FIRST_CHARACTER) continue;
        const id = this.#index.get(this.vocabulary[left] + this.vocabulary[right]) ?? Infinity;
        if (id < merged) [best, merged] = [{ left, right }, id];
      }
      if (best === undefined) return tokens;
      tokens = mergePair(tokens, best, merged);
    }
  }
}
