/**
 * A block's size of a few standard ones: the next power of two, so that a handful of compiled functions serves
 * batches of any size.
 *
 * @param count Rows that are needed, 1 or more.
 * @param most The largest block, a power of two.
 */
export function blockSize(count: number, most: number): number {
  let size = 1;
  while (size < count && size < most) size *= 2;
  return size;
}

/** Values of `count` rows, filled up with zeros to `rows`. */
export function padRows(
  values: Float32Array,
  { count, rows }: { count: number; rows: number },
): Float32Array {
  if (count === rows) return values;
  const padded = new Float32Array(values.length / count * rows);
  padded.set(values);
  return padded;
}

/** Frames that are drawn at once: 65 ms on WASM, which is as long as other calls may wait. */
export const DRAW_BLOCK = 16;

/** How many rows of a size an array holds. @throws RangeError for a part of a row. */
export function rowsIn(values: ArrayLike<number>, size: number, what: string): number {
  const rows = values.length / size;
  if (Number.isInteger(rows)) return rows;
  throw new RangeError(`Cannot ${what}: expected rows of ${size} numbers, got ${values.length} numbers`);
}

/** Frames that one call gives at most, 100 MB: whoever wants more asks in parts. */
const MOST_FRAMES = 8192;

/** Checks how many frames a call asks for. @throws RangeError for less than one, or too many at once. */
export function checkFrameCount(frames: number, what: string): void {
  if (Number.isSafeInteger(frames) && frames >= 1 && frames <= MOST_FRAMES) return;
  throw new RangeError(`Cannot ${what}: expected 1 to ${MOST_FRAMES} frames at once, got ${frames}`);
}

/** Hands pieces of work out one after the other, in the order of the calls. */
export function inTurn(): <R>(work: () => Promise<R>) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
}
