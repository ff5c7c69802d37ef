/**
 * Picks what of a line can be seen: in each pixel column the first, least, greatest and last value, which together
 * draw the very picture that all values would.
 *
 * @param x Where the values lie, ascending, `[N]`; undefined for 0, 1, 2 ..
 * @param y The values, `[N]`; those of a column that are not finite are kept as one break.
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
  const perUnit = columns / (to - from);
  const kept: number[] = [];
  const keep = (index: number) => index >= 0 && kept.at(-1) !== index && kept.push(index);
  for (let start = first; start < end;) {
    const here = Math.floor((at(start) - from) * perUnit);
    let [least, greatest, broken, next] = [-1, -1, -1, start];
    for (; next < end && Math.floor((at(next) - from) * perUnit) === here; next++) {
      if (!Number.isFinite(y[next])) broken = broken < 0 ? next : broken;
      else if (least < 0) least = greatest = next;
      else if (y[next] < y[least]) least = next;
      else if (y[next] > y[greatest]) greatest = next;
    }
    [start, least, greatest, broken, next - 1].sort((a, b) => a - b).forEach(keep);
    start = next;
  }
  return kept;
}
