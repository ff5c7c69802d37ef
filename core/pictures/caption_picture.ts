import { blankPicture, checkPicture, enlarge, type Picture } from "./picture.ts";
import { TINY_LETTER, writeTinyText } from "./tiny_text.ts";

/** The options of {@link captionPicture}. */
export interface CaptionOptions {
  /** Whole factor by which the picture is enlarged; the letters stay as they are. @default 1 */
  scale?: number;
  /** The colour of each line. @default grey */
  colors?: readonly (readonly [number, number, number])[];
}

/** A picture with lines of tiny text below it, on white; letters that do not fit its width are left out. */
export function captionPicture(
  picture: Picture,
  lines: readonly string[],
  { scale = 1, colors = [] }: CaptionOptions = {},
): Picture {
  checkPicture(picture);
  const large = enlarge(picture, scale);
  const { width, height } = large;
  const whole = blankPicture(width, height + lines.length * (TINY_LETTER.height + 1) + 2, [255, 255, 255]);
  whole.data.set(large.data);
  lines.forEach((line, i) => {
    const y = height + 2 + i * (TINY_LETTER.height + 1);
    writeTinyText(whole, line, { x: 0, y, width, color: colors[i] ?? [70, 70, 70] });
  });
  return whole;
}
