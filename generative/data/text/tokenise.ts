/** ASCII's punctuation: Python's `string.punctuation`. */
const PUNCTUATION = /[!-\/:-@[-`{-~]/g;

/**
 * The words of a text as the book splits them: punctuation stands alone, everything is in lower case.
 *
 * @example
 * ```ts
 * import { tokenise } from "./tokenise.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tokenise("Don't panic!"), ["don", "'", "t", "panic", "!"]);
 * ```
 */
export function tokenise(text: string): string[] {
  return text.replaceAll(PUNCTUATION, " $& ").toLowerCase().split(/\s+/).filter(Boolean);
}

/** Quotes, dashes and marks of emphasis as a typewriter has them, so that words are not told apart by their quotes. */
export function plainQuotes(text: string): string {
  return text.replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"').replaceAll(/[‐-―]/g, "-").replaceAll("_", "");
}
