/** A picture in memory. */
export interface Picture {
  /** Width in pixels. */
  width: number;
  /** Height in pixels. */
  height: number;
  /** Red, green and blue of each pixel, row by row: `[height, width, 3]`, 0 .. 255. */
  data: Uint8Array | Uint8ClampedArray;
}

/** A picture of one colour. */
export function blankPicture(
  width: number,
  height: number,
  color: readonly [number, number, number] = [0, 0, 0],
): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = color[i % 3];
  return { width, height, data };
}

/** Every pixel becomes a square of `scale` x `scale`. @throws RangeError when the scale is no whole number >= 1. */
export function enlarge(picture: Picture, scale: number): Picture {
  if (!Number.isInteger(scale) || scale < 1) {
    throw new RangeError(`Cannot enlarge a picture: expected a whole scale >= 1, got ${scale}`);
  }
  checkPicture(picture);
  if (scale === 1) return picture;
  const result = blankPicture(picture.width * scale, picture.height * scale);
  for (let y = 0; y < result.height; y++) {
    const row = Math.floor(y / scale) * picture.width;
    for (let x = 0; x < result.width; x++) {
      const from = (row + Math.floor(x / scale)) * 3;
      const to = (y * result.width + x) * 3;
      for (let channel = 0; channel < 3; channel++) result.data[to + channel] = picture.data[from + channel];
    }
  }
  return result;
}

/** Pictures a second that a kind of file can keep, both included. */
export interface FilmRates {
  /** The slowest. */
  least: number;
  /** The fastest. */
  most: number;
}

/**
 * Checks that a film can be played at its speed.
 *
 * @param what What cannot be done otherwise: `make a GIF`.
 * @throws RangeError for pictures a second that the kind of file cannot keep.
 */
export function checkRate(what: string, fps: number, { least, most }: FilmRates): void {
  if (fps >= least && fps <= most) return;
  throw new RangeError(`Cannot ${what}: expected fps (pictures a second) in ${least} .. ${most}, got ${fps}`);
}

/** Checks that the bytes fill the picture. @throws RangeError when they do not. */
export function checkPicture({ width, height, data }: Picture): void {
  if (!(width >= 1) || !(height >= 1) || data.length !== width * height * 3) {
    throw new RangeError(
      `Cannot use a picture of ${width} x ${height}: expected ${
        width * height * 3
      } bytes of RGB, got ${data.length}`,
    );
  }
}
