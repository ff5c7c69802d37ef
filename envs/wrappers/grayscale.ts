import type { Env } from "../env.ts";
import { writeGray } from "../gray.ts";
import { Box } from "../spaces.ts";
import { expectPictures } from "./expect_space.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";

/** Options of {@link Grayscale}. */
export interface GrayscaleOptions {
  /** Whether the picture keeps an axis of one channel, `[H, W, 1]` instead of `[H, W]`. @default false */
  keepDim?: boolean;
}

/**
 * Colour pictures as grey ones (Gymnasium's `GrayscaleObservation`): the weighed sum of the channels, rounded down.
 */
export class Grayscale extends ObservationWrapper {
  /**
   * Goes around `env`.
   *
   * @throws TypeError when its observations are not pictures `[H, W, 3]`.
   */
  constructor(env: Env, options: GrayscaleOptions = {}) {
    const { height, width, channels } = expectPictures(env.observationSpace, `show ${env.id} in grey`);
    if (channels !== 3) {
      throw new TypeError(`Cannot show ${env.id} in grey: expected 3 channels, got ${channels}`);
    }
    const shape = options.keepDim ? [height, width, 1] : [height, width];
    super(env, new Box(0, 255, { shape, dtype: "uint8" }));
  }

  /** `[H, W, 3]` to `[H, W]` or `[H, W, 1]`. */
  protected override transform(
    observation: Uint8Array,
    target: Uint8Array = new Uint8Array(observation.length / 3),
  ): Uint8Array {
    writeGray(observation, target);
    return target;
  }
}
