/** Bytes of a file, both ends included. */
export interface ByteRange {
  /** The first byte. */
  first: number;
  /** The last byte. */
  last: number;
}

/**
 * Reads a `Range` header (RFC 9110, 14.2) that asks for one range of bytes.
 *
 * @param size The file's size.
 * @returns `undefined` for no range, for one that makes no sense and for several: the whole file is the answer then.
 */
export function parseRange(header: string | null, size: number): ByteRange | "unsatisfiable" | undefined {
  const [, from, to] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? "") ?? [];
  if (from === undefined || (from === "" && to === "")) return undefined;
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = Math.min(to === "" ? Infinity : Number(to), size - 1);
  if (to !== "" && Number(to) < first) return undefined;
  return first >= size ? "unsatisfiable" : { first, last };
}
