import type { Picture } from "../../../envs/env.ts";

/** Height and width in pixels; what comes behind them does not count. */
export type PictureSize = readonly [height: number, width: number, ...rest: number[]];

/** Consecutive pictures of one size. */
export interface Pictures {
  /** `[count, height, width, 3]`. */
  frames: Uint8Array;
  /** Pixels down. */
  height: number;
  /** Pixels across. */
  width: number;
}

/** Pictures of one size as one array. */
export function joinPictures(pictures: readonly Picture[]): Pictures {
  const [{ width, height, data: { length } }] = pictures;
  const frames = new Uint8Array(pictures.length * length);
  pictures.forEach(({ data }, i) => frames.set(data, i * length));
  return { frames, height, width };
}

/** Grey levels, `[...]`, as colours, `[..., 3]`. */
export function colorsOfGray(gray: Uint8Array): Uint8Array {
  const colors = new Uint8Array(gray.length * 3);
  for (let i = 0; i < gray.length; i++) colors.fill(gray[i], i * 3, i * 3 + 3);
  return colors;
}

/** One of some pictures, `[N, height, width, 3]`, where they are. */
export function pictureIn(
  pictures: Uint8Array,
  index: number,
  [height, width]: PictureSize,
): { data: Uint8Array; height: number; width: number } {
  const length = height * width * 3;
  return { data: pictures.subarray(index * length, (index + 1) * length), height, width };
}
