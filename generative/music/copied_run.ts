/** Events or steps in a form in which they are the same in every key, one a code. */
export type Codes = readonly string[];

/**
 * The longest run of codes that stands in other sequences as well: how much was copied.
 *
 * @returns The number of codes in a row.
 */
export function longestCopiedRun(codes: Codes, others: readonly Codes[]): number {
  const index = new Map<string, string>();
  const letter = (code: string) => {
    const known = index.get(code) ?? String.fromCodePoint(0x10000 + index.size); // a character each
    index.set(code, known);
    return known;
  };
  const write = (sequence: Codes) => sequence.map(letter).join("");
  const texts = others.map(write);
  const text = write(codes);
  const size = 2; // units of UTF-16
  let longest = 0;
  for (let start = 0; start + size * longest < text.length; start += size) {
    while (start + size * (longest + 1) <= text.length) {
      const run = text.slice(start, start + size * (longest + 1));
      if (!texts.some((other) => other.includes(run))) break;
      longest++;
    }
  }
  return longest;
}
