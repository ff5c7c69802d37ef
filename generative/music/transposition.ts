import { keyName, parseKey, parsePitch, pitchName, transposeKey } from "../../core/music/piece.ts";
import type { RandomStream } from "../../core/random_stream.ts";

/** Half-tones that music is moved by: every key once. */
export const SHIFTS: readonly number[] = Array.from({ length: 12 }, (_, i) => i - 5);

/** Tokens of the same music in another key: `[words]`, -1 where there is none. */
export type Transposition = Int32Array;

/**
 * What each word becomes so many half-tones higher: pitches and keys move, all other words stay.
 *
 * @param words Of a stream.
 * @param range The lowest and the highest pitch that may come out. @default all that have a word
 */
export function transposition(
  words: readonly string[],
  halfTones: number,
  range: readonly [lowest: number, highest: number] = [0, 127],
): Transposition {
  const index = new Map(words.map((word, i) => [word, i]));
  return Int32Array.from(words, (word) => {
    const pitch = parsePitch(word);
    if (pitch !== undefined) {
      const moved = pitch + halfTones;
      if (moved < range[0] || moved > range[1]) return -1;
      return index.get(pitchName(moved)) ?? -1;
    }
    const key = parseKey(word);
    return index.get(key ? keyName(transposeKey(key, halfTones)) : word) ?? -1;
  });
}

/**
 * Moves passages to keys drawn at random among those in which all of their tokens have one.
 *
 * @param tokens `[N, length, width]`, changed in place; only the first stream is moved.
 * @param tables Of each shift, one for each voice: event i of a passage is voice `i mod voices`.
 */
export function transposeAtRandom(
  tokens: Int32Array,
  { length, width, tables, random }: {
    length: number;
    width: number;
    tables: readonly (readonly Transposition[])[];
    random: RandomStream;
  },
): void {
  for (let start = 0; start < tokens.length; start += length * width) {
    const row = tokens.subarray(start, start + length * width);
    const possible = tables.filter((voices) => {
      for (let i = 0; i < length; i++) if (voices[i % voices.length][row[i * width]] < 0) return false;
      return true;
    });
    const voices = possible[random.integer(0, Math.max(possible.length, 1))];
    if (!voices) continue;
    for (let i = 0; i < length; i++) row[i * width] = voices[i % voices.length][row[i * width]];
  }
}
