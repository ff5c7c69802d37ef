import type { PictureData } from "./dataset.ts";

/** Pixels with their shape. */
export interface Pixels {
  /** Height in pixels. */
  height: number;
  /** Width in pixels. */
  width: number;
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** `[height, width, channels]`, 0 .. 255. */
  data: Uint8Array;
}

/**
 * Brings all pictures to `size` x `size`; shapes are not kept, a picture that is not square is squashed.
 *
 * @param size In pixels; 0 leaves them as they are.
 * @param fit "pad" puts a border of zeros around pictures that are smaller on both sides, the rest of them (and all
 * with "resize") is interpolated.
 */
export function fitPictures(data: PictureData, size: number, fit: "pad" | "resize"): PictureData {
  const { count, height, width, channels, pictures } = data;
  if (size === 0 || (height === size && width === size)) return data;
  const pad = fit === "pad" && height <= size && width <= size;
  const apply = pad ? padPixels : resizePixels;
  const [from, to] = [height * width * channels, size * size * channels];
  const fitted = new Uint8Array(count * to);
  for (let n = 0; n < count; n++) {
    const pixels = { height, width, channels, data: pictures.subarray(n * from, (n + 1) * from) };
    fitted.set(apply(pixels, size), n * to);
  }
  return { ...data, height: size, width: size, fit: pad ? "pad" : "resize", pictures: fitted };
}

/** A picture in the middle of `size` x `size` zeros. */
export function padPixels({ height, width, channels, data }: Pixels, size: number): Uint8Array {
  const padded = new Uint8Array(size * size * channels);
  const [top, left] = [(size - height) >> 1, (size - width) >> 1];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * channels, (y + 1) * width * channels);
    padded.set(row, ((top + y) * size + left) * channels);
  }
  return padded;
}

/**
 * A picture brought to `size` x `size` by bilinear interpolation between the centres of its pixels, without smoothing
 * first: what `tf.image.resize` and Keras's `image_dataset_from_directory` do, rounded to bytes.
 */
export function resizePixels({ height, width, channels, data }: Pixels, size: number): Uint8Array {
  const resized = new Uint8Array(size * size * channels);
  const [rows, columns] = [interpolation(height, size), interpolation(width, size)];
  let at = 0;
  for (const { low: top, high: bottom, share: down } of rows) {
    for (const { low: left, high: right, share: across } of columns) {
      for (let channel = 0; channel < channels; channel++) {
        const pixel = (y: number, x: number) => data[(y * width + x) * channels + channel];
        const above = pixel(top, left) + (pixel(top, right) - pixel(top, left)) * across;
        const below = pixel(bottom, left) + (pixel(bottom, right) - pixel(bottom, left)) * across;
        resized[at++] = Math.round(above + (below - above) * down);
      }
    }
  }
  return resized;
}

/** Between which two of `from` pixels each of `to` lies, and how far. */
function interpolation(from: number, to: number): { low: number; high: number; share: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const place = (i + 0.5) * from / to - 0.5;
    const low = Math.floor(place);
    return { low: Math.max(low, 0), high: Math.min(Math.ceil(place), from - 1), share: place - low };
  });
}
