/** Shares of red, green and blue in a grey level: Gymnasium's `GrayscaleObservation`, after Rec. 709. */
const RED = 0.2125, GREEN = 0.7154, BLUE = 0.0721;

/**
 * Writes a colour picture as a grey one: the weighed sum of the channels, rounded down.
 *
 * @param picture `[H, W, 3]`.
 * @param target `[H, W]`.
 */
export function writeGray(picture: Uint8Array, target: Uint8Array): void {
  for (let to = 0, from = 0; to < target.length; to++, from += 3) {
    target[to] = RED * picture[from] + GREEN * picture[from + 1] + BLUE * picture[from + 2];
  }
}
