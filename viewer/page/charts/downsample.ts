/**
 * Picks what of a line can be seen: in each pixel column the first, least, greatest and last value, which together
 * draw the very picture that all values would.
 *
 * @param x Where the values lie, ascending, `[N]`; undefined for 0, 1, 2 ..
 * @param y The values, `[N]`; a NaN in a column is kept as one break.
 * @param options `columns` of pixels that the part of x from `from` to `to` is drawn on.
 * @returns Indices, ascending, with one beyond each end so that the line runs off the picture.
 */
export function downsample(
  x: ArrayLike<number> | undefined,
  y: ArrayLike<number>,
  { columns, from, to }: { columns: number; from: number; to: number },
): number[] {
  const at = (index: number) => x ? x[index] : index;
  let first = 0;
  while (first + 1 < y.length && at(first + 1) < from) first++;
  let end = y.length; // exclusive
  while (end - 1 > first && at(end - 2) > to) end--;
  if (end - first <= columns * 4) return Array.from({ length: end - first }, (_, i) => first + i);
  const column = (index: number) => Math.floor((at(index) - from) / (to - from) * columns);
  const kept: number[] = [];
  for (let start = first; start < end;) {
    const here = column(start);
    let [least, greatest, broken, last] = [-1, -1, -1, start];
    for (last = start; last < end && column(last) === here; last++) {
      if (Number.isNaN(y[last])) broken = broken < 0 ? last : broken;
      else {
        if (least < 0 || y[last] < y[least]) least = last;
        if (greatest < 0 || y[last] > y[greatest]) greatest = last;
      }
    }
    const chosen = new Set([start, least, greatest, broken, last - 1].filter((index) => index >= 0));
    kept.push(...[...chosen].sort((a, b) => a - b));
    start = last;
  }
  return kept;
}
