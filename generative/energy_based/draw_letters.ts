import * as tf from "@tensorflow/tfjs";
import { blankPicture } from "../../core/pictures/picture.ts";
import { TINY_LETTER, writeTinyText } from "../../core/pictures/tiny_text.ts";

/** Those that look like no digit. */
const LETTERS = "aefhkmnprtuvwxy";
/** Letters in the width of a picture. */
const ACROSS = 8;

/**
 * Thick letters about the middle of square pictures, with soft edges, white on black.
 *
 * @param size Side of the pictures, 8 or more.
 * @returns `[N, size, size, channels]`, -1 .. 1, each letter at nine places.
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
    const [across, down, shift] = [(width - 1) * scale, (height - 1) * scale, Math.floor(scale / 2)];
    const [left, top] = [Math.floor((size - across) / 2), Math.floor((size - down) / 2)];
    const large = tf.stack(letters).slice([0, 0, 0, 0], [-1, -1, -1, channels]) as tf.Tensor4D;
    const thick = large.resizeNearestNeighbor([down, across]) as tf.Tensor4D;
    const placed = [-shift, 0, shift].flatMap((x) =>
      [-shift, 0, shift].map((y) => {
        const beside: [number, number] = [left + x, size - left - x - across];
        return thick.pad([[0, 0], [top + y, size - top - y - down], beside, [0, 0]]);
      })
    );
    return (tf.concat(placed) as tf.Tensor4D).avgPool(3, 1, "same").mul(2).sub(1) as tf.Tensor4D;
  });
}
