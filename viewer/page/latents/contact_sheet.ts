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
  const columns = Math.max(1, Math.min(count, Math.ceil(Math.sqrt(2 * count * height / width))));
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
