import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../../../generative/data/dataset.ts";

/** Pictures of noise. @param bytes What a pixel may be. */
export function noisePictures(
  count: number,
  size: number,
  channels: number,
  byte = (random: RandomStream) => random.integer(0, 256),
): PictureData {
  const random = new RandomStream(7);
  const pictures = Uint8Array.from({ length: count * size * size * channels }, () => byte(random));
  return { kind: "pictures", name: "noise", count, height: size, width: size, channels, pictures };
}

/** Pictures that differ: a bright square somewhere, in a colour of its own. */
export function squarePictures(count: number, size: number, channels: number): PictureData {
  const random = new RandomStream(5);
  const pictures = new Uint8Array(count * size * size * channels);
  for (let n = 0; n < count; n++) {
    const [left, top] = [random.integer(0, size / 2), random.integer(0, size / 2)];
    const colour = Array.from({ length: channels }, () => random.integer(100, 256));
    for (let y = top; y < top + size / 2; y++) {
      for (let x = left; x < left + size / 2; x++) {
        colour.forEach((value, c) => pictures[((n * size + y) * size + x) * channels + c] = value);
      }
    }
  }
  return { kind: "pictures", name: "squares", count, height: size, width: size, channels, pictures };
}
