import type { Picture } from "./picture.ts";

/** Letters of 3 x 5 pixels, row by row from the top. */
const GLYPHS: Readonly<Record<string, string>> = {
  a: "010101111101101",
  b: "110101110101110",
  c: "011100100100011",
  d: "110101101101110",
  e: "111100110100111",
  f: "111100110100100",
  g: "011100101101011",
  h: "101101111101101",
  i: "111010010010111",
  j: "001001001101010",
  k: "101101110101101",
  l: "100100100100111",
  m: "101111111101101",
  n: "110101101101101",
  o: "010101101101010",
  p: "110101110100100",
  q: "010101101111011",
  r: "110101110101101",
  s: "011100010001110",
  t: "111010010010010",
  u: "101101101101111",
  v: "101101101101010",
  w: "101101111111101",
  x: "101101010101101",
  y: "101101010010010",
  z: "111001010100111",
  "0": "111101101101111",
  "1": "010110010010111",
  "2": "110001010100111",
  "3": "110001010001110",
  "4": "101101111001001",
  "5": "111100110001110",
  "6": "011100111101111",
  "7": "111001010010010",
  "8": "111101111101111",
  "9": "111101111001110",
  ".": "000000000000010",
  ",": "000000000010100",
  ":": "000010000010000",
  "-": "000000111000000",
  "/": "001001010100100",
  "&": "010101010101011",
  "'": "010010000000000",
  "(": "010100100100010",
  ")": "010001001001010",
  "?": "110001010000010",
  "%": "101001010100101",
};

/** Pixels that a letter takes, the gap after it included. */
export const TINY_LETTER = { width: 4, height: 6 } as const;

/**
 * Writes a line of tiny text into a picture, in place: letters, digits and a little punctuation; all else is a blank.
 *
 * @param place Its top left corner, and how wide it may be in pixels; what does not fit is left out.
 */
export function writeTinyText(
  { data, width, height }: Picture,
  text: string,
  place: { x: number; y: number; width: number; color?: readonly [number, number, number] },
): void {
  const color = place.color ?? [0, 0, 0];
  const fitting = Math.floor((place.width + 1) / TINY_LETTER.width);
  [...text.toLowerCase()].slice(0, fitting).forEach((letter, i) => {
    const glyph = GLYPHS[letter] ?? "";
    for (let bit = 0; bit < glyph.length; bit++) {
      const x = place.x + i * TINY_LETTER.width + bit % 3;
      const y = place.y + Math.floor(bit / 3);
      if (glyph[bit] === "1" && x >= 0 && y >= 0 && x < width && y < height) {
        data.set(color, (y * width + x) * 3);
      }
    }
  });
}
