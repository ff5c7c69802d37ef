/**
 * Writes a part of a link that has parts of its own: `place:dream,temp:0.8`. Those that are undefined are left out.
 *
 * @returns Undefined where nothing is left.
 */
export function encodeParts(
  parts: Readonly<Record<string, string | number | undefined>>,
): string | undefined {
  const kept = Object.entries(parts).filter(([, value]) => value !== undefined && value !== "");
  return kept.length > 0 ? kept.map((part) => part.join(":")).join(",") : undefined;
}

/** Reads what {@link encodeParts} wrote, by name; never throws. */
export function decodeParts(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(",").map((part) => {
      const at = part.indexOf(":");
      return [part.slice(0, at), part.slice(at + 1)] as const;
    }),
  );
}

/** Reads a number that is not negative; undefined for any other text, and outside of a range. */
export function numberIn(text: string | undefined, least: number, most: number): number | undefined {
  const value = /^\d+(\.\d+)?$/.test(text ?? "") ? Number(text) : NaN;
  return value >= least && value <= most ? value : undefined;
}

/** Reads a whole number; see {@link numberIn}. */
export function wholeNumber(text: string | undefined, least: number, most: number): number | undefined {
  const value = numberIn(text, least, most);
  return Number.isInteger(value) ? value : undefined;
}
