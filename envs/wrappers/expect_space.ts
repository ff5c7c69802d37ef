import { Box, type Space } from "../spaces.ts";

/** The shape of a picture; a gray one of shape `[H, W]` has one channel. */
export interface PictureShape {
  /** Rows, H. */
  height: number;
  /** Columns, W. */
  width: number;
  /** Numbers a pixel, C. */
  channels: number;
}

/**
 * A space as the {@link Box} that it must be.
 *
 * @param action What cannot be done otherwise, for the error: "clip actions of Pendulum-v1".
 * @throws TypeError when it is something else.
 */
export function expectBox(space: Space, action: string): Box {
  if (space instanceof Box) return space;
  throw new TypeError(`Cannot ${action}: expected a Box, got ${space.constructor.name}`);
}

/**
 * The shape of a space of pictures, uint8 `[H, W]` or `[H, W, C]`.
 *
 * @param action What cannot be done otherwise, for the error.
 * @throws TypeError when its values are something else.
 */
export function expectPictures({ shape, dtype }: Space, action: string): PictureShape {
  if (dtype === "uint8" && (shape.length === 2 || shape.length === 3)) {
    const [height, width, channels = 1] = shape;
    return { height, width, channels };
  }
  throw new TypeError(
    `Cannot ${action}: expected uint8 pictures [H, W] or [H, W, C], got ${dtype} [${shape.join(", ")}]`,
  );
}
