import type { RgbPicture } from "../ui/pixel_canvas.tsx";

/**
 * Puts pictures beside and below each other, about as wide as two to one; fields that are left over stay black.
 *
 * @param pictures `[N, height, width, 3]`.
 */
export function contactSheet(
  pictures: Uint8Array,
  { height, width }: { height: number; width: number },
): RgbPicture {
  const size = height * width * 3;
  const count = pictures.length / size;
  const columns = columnsOf(count, Math.sqrt(2 * count * height / width));
  const rows = Math.ceil(count / columns);
  const data = new Uint8Array(rows * columns * size);
  for (let n = 0; n < count; n++) {
    const [row, column] = [Math.floor(n / columns), n % columns];
    for (let y = 0; y < height; y++) {
      const from = n * size + y * width * 3;
      const to = ((row * height + y) * columns + column) * width * 3;
      data.set(pictures.subarray(from, from + width * 3), to);
    }
  }
  return { data, height: rows * height, width: columns * width };
}

/** About as many columns as wanted; rather a few more or fewer than fields that stay empty. */
function columnsOf(count: number, wanted: number): number {
  let [best, least] = [1, Infinity];
  for (let columns = 1; columns <= count; columns++) {
    const empty = Math.ceil(count / columns) * columns - count;
    const cost = 4 * empty / count + Math.abs(Math.log(columns / wanted));
    if (cost < least) [best, least] = [columns, cost];
  }
  return best;
}
