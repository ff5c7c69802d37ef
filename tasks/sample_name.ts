import { createHash } from "node:crypto";

/** Bytes of a word or text in a file's name at most; names may have 255 in all, those of temporary files included. */
const LONGEST = 80;
/** Texts that make the same name for no other text: lower case, as some file systems do not tell cases apart. */
const PLAIN = /^[\p{Ll}\p{Lo}\p{M}\p{N}.]+( [\p{Ll}\p{Lo}\p{M}\p{N}.]+)*$/u;
/** Words that parts of a name begin with: a text that holds one could be read as two parts. */
const RESERVED = /\b(seed|n|temperature|truncation|label|prompt)\b/;

/**
 * The name of a file of samples, without its ending, from what was asked for: `seed_1_n_25_prompt_the_ship`. Letters of
 * every script stay; where the name does not tell all, a hash does, so that no two requests share a file.
 */
export function sampleName(request: Readonly<Record<string, string | number>>): string {
  return Object.entries(request).map(([key, value]) => `${key}_${slug(String(value))}`).join("_");
}

function slug(text: string): string {
  const plain = PLAIN.test(text) && text === text.normalize("NFC") && !RESERVED.test(text);
  const words = text.normalize("NFC").replaceAll(/[^\p{L}\p{M}\p{N}.]+/gu, "_").replaceAll(
    /^[_.]+|[_.]+$/g,
    "",
  );
  const cut = cutToBytes(words, LONGEST);
  if (plain && cut === text.replaceAll(" ", "_")) return cut;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 10);
  return cut === "" ? hash : `${cut}_${hash}`;
}

/** The longest beginning that has so many bytes at most, in whole characters. */
function cutToBytes(text: string, bytes: number): string {
  let size = 0, cut = "";
  for (const character of text) {
    size += new TextEncoder().encode(character).length;
    if (size > bytes) return cut;
    cut += character;
  }
  return cut;
}
