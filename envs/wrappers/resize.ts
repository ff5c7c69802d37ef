import { greatestCommonDivisor } from "../../core/greatest_common_divisor.ts";
import type { Env } from "../env.ts";
import { Box } from "../spaces.ts";
import { expectPictures } from "./expect_space.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";

/** Options of {@link Resize}, in pixels. */
export interface ResizeOptions {
  /** Rows of the new picture, an integer > 0. */
  height: number;
  /** Columns of the new picture, an integer > 0. */
  width: number;
}

/** What a row (or column) of the new picture is made from: old ones from `first` on, by whole weights. */
interface Share {
  first: number;
  weights: number[];
}

/**
 * Pictures at another size: each new pixel is the mean of the old ones that it covers, by exact area, rounded (halves
 * up). Gymnasium's `ResizeObservation` does so where a picture shrinks by a whole factor; elsewhere OpenCV's sums
 * are floats, which may fall a level beside, and it enlarges by interpolation.
 */
export class Resize extends ObservationWrapper {
  readonly #rows: Share[];
  readonly #columns: Share[];
  readonly #channels: number;
  /** Sum of the weights of a new pixel. */
  readonly #total: number;
  /** One row of old pixels, summed downwards; exact, since the sums are whole and far below 2^53. */
  readonly #sums: Float64Array;

  /**
   * Goes around `env`.
   *
   * @throws TypeError when its observations are not pictures `[H, W]` or `[H, W, C]`.
   * @throws RangeError when a length is not an integer > 0.
   */
  constructor(env: Env, { height, width }: ResizeOptions) {
    const old = expectPictures(env.observationSpace, `resize ${env.id}`);
    for (const length of [height, width]) {
      if (Number.isInteger(length) && length > 0) continue;
      throw new RangeError(
        `Cannot resize ${env.id}: expected integers > 0 of pixels, got ${height} x ${width}`,
      );
    }
    const shape = [height, width, ...env.observationSpace.shape.slice(2)];
    super(env, new Box(0, 255, { shape, dtype: "uint8" }));
    this.#rows = shares(old.height, height);
    this.#columns = shares(old.width, width);
    this.#channels = old.channels;
    this.#total = totalWeight(this.#rows[0]) * totalWeight(this.#columns[0]);
    this.#sums = new Float64Array(old.width * old.channels);
  }

  /** `[H, W]` or `[H, W, C]` at the new size. */
  protected override transform(
    observation: Uint8Array,
    target: Uint8Array = new Uint8Array(this.#rows.length * this.#columns.length * this.#channels),
  ): Uint8Array {
    const channels = this.#channels;
    let to = 0;
    for (const row of this.#rows) {
      this.#sumRows(observation, row);
      for (const { first, weights } of this.#columns) {
        for (let channel = 0; channel < channels; channel++, to++) {
          let sum = 0;
          for (let i = 0; i < weights.length; i++) {
            sum += weights[i] * this.#sums[(first + i) * channels + channel];
          }
          target[to] = (2 * sum + this.#total) / (2 * this.#total);
        }
      }
    }
    return target;
  }

  #sumRows(observation: Uint8Array, { first, weights }: Share): void {
    const sums = this.#sums.fill(0);
    for (let i = 0, from = first * sums.length; i < weights.length; i++) {
      const weight = weights[i];
      for (let x = 0; x < sums.length; x++, from++) sums[x] += weight * observation[from];
    }
  }
}

/** The overlaps of each of `after` equal lengths with `before` equal lengths, in units that make them whole. */
function shares(before: number, after: number): Share[] {
  const unit = greatestCommonDivisor(before, after);
  const [oldLength, newLength] = [after / unit, before / unit];
  return Array.from({ length: after }, (_, i) => {
    const [start, end] = [i * newLength, (i + 1) * newLength];
    const first = Math.floor(start / oldLength);
    const weights = [];
    for (let old = first; old * oldLength < end; old++) {
      weights.push(Math.min(end, (old + 1) * oldLength) - Math.max(start, old * oldLength));
    }
    return { first, weights };
  });
}

function totalWeight({ weights }: Share): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
