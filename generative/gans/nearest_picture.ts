import type { Picture } from "../../core/pictures/picture.ts";
import type { PictureData } from "../data/dataset.ts";

/** What {@link nearestPicture} finds. */
export interface NearestPicture {
  /** Its place in the data. */
  index: number;
  /** The mean absolute difference of a pixel, 0 .. 1. */
  distance: number;
}

/**
 * The picture of the data that is nearest to another by the mean absolute difference of pixels: what a generator
 * that learned its data by heart would have copied.
 *
 * @param picture Of the data's height and width; grey ones have three equal channels.
 */
export function nearestPicture(picture: Picture, data: PictureData): NearestPicture {
  const { count, channels, pictures } = data;
  const length = data.height * data.width * channels;
  const step = 3 / channels;
  const wanted = Uint8Array.from({ length }, (_, i) => picture.data[i * step]);
  let [index, best] = [0, Infinity];
  for (let n = 0; n < count; n++) {
    let sum = 0;
    // Row by row, so that most pictures are left after a few rows.
    for (let i = 0; i < length && sum < best;) {
      const end = Math.min(length, i + 256);
      for (; i < end; i++) sum += Math.abs(wanted[i] - pictures[n * length + i]);
    }
    if (sum < best) [index, best] = [n, sum];
  }
  return { index, distance: best / length / 255 };
}
