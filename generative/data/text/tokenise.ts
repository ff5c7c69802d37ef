import { plainText } from "./plain_text.ts";

/** ASCII's punctuation (Python's `string.punctuation`), and that of all other scripts. */
const PUNCTUATION = /[!-\/:-@[-`{-~]|\p{P}/gu;

/** A letter of a script that puts no blanks between words, with the marks on it: there a word is a character. */
const CHARACTER =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]\p{M}*/gu;

/** Blanks between such characters, or between them and the wide punctuation of their scripts. */
const BLANKS = new RegExp(
  `(?<=${CHARACTER.source}|[\\uff00-\\uff65]) (?=${CHARACTER.source}|[\\uff00-\\uff65])`,
  "gu",
);

/**
 * The words of a text as the book splits them: plain, punctuation stands alone, everything is in lower case. In scripts
 * without blanks between words (Chinese, Japanese, Thai, ...) every character is a word.
 *
 * @example
 * ```ts
 * import { tokenise } from "./tokenise.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tokenise("Don’t panic!"), ["don", "'", "t", "panic", "!"]);
 * assertEquals(tokenise("海很大。"), ["海", "很", "大", "。"]);
 * ```
 */
export function tokenise(text: string): string[] {
  return plainText(text).replaceAll(CHARACTER, " $& ").replaceAll(PUNCTUATION, " $& ").toLowerCase()
    .split(/\s+/).filter(Boolean);
}

/** Words with blanks between them, where their script has any. */
export function joinWords(words: readonly string[]): string {
  return words.join(" ").replaceAll(BLANKS, "");
}
