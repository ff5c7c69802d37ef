import type { Env } from "../env.ts";
import { Box } from "../spaces.ts";
import { hint } from "../read_options.ts";
import { expectPictures } from "./expect_space.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";

/** Something done to a picture in its place; rows, columns and three channels of bytes. */
type Change = (pixels: Uint8Array, height: number, width: number) => void;

/** Multiplies red, green and blue. */
const tint = (...factors: readonly [red: number, green: number, blue: number]): Change => (pixels) => {
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.min(255, Math.round(pixels[i] * factors[i % 3]));
};

/** Share of the width that a bar at either side takes: 75 pixels of 800. */
const BAR = 75 / 800;
/** Centre and radius of the blob, in parts of the width, from the top left corner. */
const BLOB = { row: 0.2, column: 0.2, radius: 0.075 };

const CHANGES = {
  dark: tint(0.8, 0.8, 0.8),
  bright: tint(1.2, 1.2, 1.2),
  warm: tint(1.2, 1, 0.8),
  cold: tint(0.8, 1, 1.2),
  bars(pixels, height, width) {
    const bar = Math.round(BAR * width);
    for (let row = 0; row < height; row++) {
      pixels.fill(0, row * width * 3, (row * width + bar) * 3);
      pixels.fill(0, ((row + 1) * width - bar) * 3, (row + 1) * width * 3);
    }
  },
  blob(pixels, height, width) {
    const radius = BLOB.radius * width;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const distance = Math.hypot(row + 0.5 - BLOB.row * width, column + 0.5 - BLOB.column * width);
        if (distance < radius) pixels.set([255, 0, 0], (row * width + column) * 3);
      }
    }
  },
} satisfies Record<string, Change>;

/** A change of pictures that a driver should not mind. */
export type Disturbance = keyof typeof CHANGES;

/** All disturbances by name. */
export const DISTURBANCES = Object.keys(CHANGES) as Disturbance[];

/** Options of {@link DisturbPicture}. */
export interface DisturbPictureOptions {
  /**
   * `dark` and `bright` scale all colours by 0.8 and 1.2, `warm` and `cold` red and blue against each other; `bars` are
   * black, at both sides, as wide as 3/32 of the picture each; `blob` is a red disc in the upper left.
   */
  disturbance: Disturbance;
}

/**
 * Colour pictures that were tampered with, as in the tests of robustness of Tang, Nguyen and Ha 2020, "Neuroevolution of
 * Self-Interpretable Agents" (section 5), where colours change by up to a fifth.
 */
export class DisturbPicture extends ObservationWrapper {
  readonly #change: Change;
  readonly #size: readonly [height: number, width: number];

  /**
   * Goes around `env`.
   *
   * @throws TypeError when its observations are not pictures `[H, W, 3]`; RangeError for an unknown disturbance.
   */
  constructor(env: Env, { disturbance }: DisturbPictureOptions) {
    const { height, width, channels } = expectPictures(
      env.observationSpace,
      `disturb the pictures of ${env.id}`,
    );
    if (channels !== 3) {
      throw new TypeError(`Cannot disturb the pictures of ${env.id}: expected 3 channels, got ${channels}`);
    }
    if (!Object.hasOwn(CHANGES, disturbance)) {
      throw new RangeError(
        `Cannot disturb the pictures of ${env.id} by "${disturbance}": expected one of ${
          DISTURBANCES.join(", ")
        }` +
          hint(String(disturbance), DISTURBANCES),
      );
    }
    super(env, new Box(0, 255, { shape: [height, width, 3], dtype: "uint8" }));
    this.#size = [height, width];
    this.#change = CHANGES[disturbance];
  }

  /** The picture, changed. */
  protected override transform(
    observation: Uint8Array,
    target: Uint8Array = new Uint8Array(observation.length),
  ): Uint8Array {
    target.set(observation);
    this.#change(target, ...this.#size);
    return target;
  }
}
