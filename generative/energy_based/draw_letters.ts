import * as tf from "@tensorflow/tfjs";
import { blankPicture } from "../../core/pictures/picture.ts";
import { TINY_LETTER, writeTinyText } from "../../core/pictures/tiny_text.ts";

/** Those that look like no digit. */
const LETTERS = "aefhkmnprtuvwxy";
/** Letters in the width of a picture. */
const ACROSS = 8;

/**
 * Thick letters in the middle of square pictures, with soft edges, white on black.
 *
 * @returns `[N, size, size, channels]`, -1 .. 1, one of each letter.
 */
export function drawLetters(size: number, channels: number): tf.Tensor4D {
  const scale = Math.max(1, Math.floor(size / ACROSS));
  const { width, height } = TINY_LETTER;
  return tf.tidy(() => {
    const letters = [...LETTERS].map((letter) => {
      const picture = blankPicture(width - 1, height - 1);
      writeTinyText(picture, letter, { x: 0, y: 0, width, color: [255, 255, 255] });
      return tf.tensor(Float32Array.from(picture.data, (byte) => byte / 255), [height - 1, width - 1, 3]);
    });
    const across = (width - 1) * scale, down = (height - 1) * scale;
    const [left, top] = [Math.floor((size - across) / 2), Math.floor((size - down) / 2)];
    const large = tf.stack(letters).slice([0, 0, 0, 0], [-1, -1, -1, channels]) as tf.Tensor4D;
    const thick = large.resizeNearestNeighbor([down, across]);
    const placed = thick.pad([[0, 0], [top, size - top - down], [left, size - left - across], [0, 0]]);
    return (placed as tf.Tensor4D).avgPool(3, 1, "same").mul(2).sub(1) as tf.Tensor4D;
  });
}
