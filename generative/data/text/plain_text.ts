/** What a typewriter has no key for, and what it writes instead. */
const REPLACEMENTS: readonly [RegExp, string][] = [
  [/\r\n?|[\u0085\u2028\v\f]/g, "\n"],
  [/\u2029/g, "\n\n"],
  [/[\u00ad\u200b\u200e\u200f\u2060\ufeff]/g, ""], // soft hyphens and marks without a width
  [/[‘’‚‛′‹›ʼ]/g, "'"],
  [/[“”„‟″«»]/g, '"'],
  [/[‐-―−]/g, "-"],
  [/…/g, "..."],
  [/[\u00a0\u1680\u2000-\u200a\u202f\u205f]/g, " "],
  [/(?<![\p{L}\p{N}_])_+(?=\S)|(?<=\S)_+(?![\p{L}\p{N}_])/gu, ""], // marks of emphasis
];

/**
 * A text as a typewriter has it, so that words are not told apart by what an e-book or a word processor does to them:
 * plain quotes, dashes, blanks and line ends; no soft hyphens; letters and their accents in one.
 */
export function plainText(text: string): string {
  const letters = text.normalize("NFC").replaceAll(
    /[\ufb00-\ufb06]/g,
    (ligature) => ligature.normalize("NFKC"),
  );
  return REPLACEMENTS.reduce((plain, [pattern, plainly]) => plain.replaceAll(pattern, plainly), letters);
}
