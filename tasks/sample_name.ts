import { createHash } from "node:crypto";
import type { ConfigValue } from "../core/fields/field.ts";

/** Bytes of a word or text in a file's name at most; names may have 255 in all, those of temporary files included. */
const LONGEST = 80;
/** Texts that make the same name for no other text: lower case, as some file systems do not tell cases apart. */
const PLAIN = /^[\p{Ll}\p{Lo}\p{M}\p{N}.]+( [\p{Ll}\p{Lo}\p{M}\p{N}.]+)*$/u;

/**
 * The name of a file of samples, without its ending, from what was asked for: `seed_1_n_25_prompt_the_ship`. Letters of
 * every script stay; where the name does not tell all, a hash does, so that no two requests share a file.
 *
 * @param options The names of all options there are, whether they are in the request or not.
 */
export function sampleName(
  request: Readonly<Record<string, ConfigValue>>,
  options: readonly string[],
): string {
  const names = new Set([...Object.keys(request), ...options].map((name) => name.toLowerCase()));
  return Object.entries(request).map(([key, value]) => `${key}_${slug(String(value), names)}`).join("_");
}

/** @param names What parts of a name begin with: a text that holds one of them could be read as two parts. */
function slug(text: string, names: ReadonlySet<string>): string {
  const plain = PLAIN.test(text) && text === text.normalize("NFC") &&
    !text.split(" ").some((word) => names.has(word));
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
