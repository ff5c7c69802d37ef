import type { Env, Observation } from "../env.ts";
import { Box } from "../spaces.ts";
import { emptyObservation } from "./empty_observation.ts";
import { expectBox } from "./expect_space.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";

/** Options of {@link Crop}, in pixels of the inner observation. */
export interface CropOptions {
  /** The first row that stays. @default 0 */
  top?: number;
  /** The first column that stays. @default 0 */
  left?: number;
  /** How many rows stay. @default all from `top` on */
  height?: number;
  /** How many columns stay. @default all from `left` on */
  width?: number;
}

/** Shows a part of each picture, `[H, W]` or `[H, W, C]` of bytes or floats. */
export class Crop<O extends Observation = Uint8Array> extends ObservationWrapper<O> {
  readonly #cut: <A extends Observation | Float64Array>(from: A, to: A) => A;

  /**
   * Goes around `env`.
   *
   * @throws TypeError when its observations have neither two nor three axes.
   * @throws RangeError when the part is empty or reaches beyond the picture.
   */
  constructor(env: Env<O>, options: CropOptions = {}) {
    const space = expectBox(env.observationSpace, `crop ${env.id}`);
    if (space.shape.length !== 2 && space.shape.length !== 3) {
      throw new TypeError(
        `Cannot crop ${env.id}: expected pictures [H, W] or [H, W, C], got [${space.shape.join(", ")}]`,
      );
    }
    const [rows, columns, ...channels] = space.shape;
    const { top = 0, left = 0 } = options;
    const { height = rows - top, width = columns - left } = options;
    for (const [name, first, count, all] of [["row", top, height, rows], ["column", left, width, columns]]) {
      const whole = Number.isInteger(first) && Number.isInteger(count);
      if (whole && +first >= 0 && +count > 0 && +first + +count <= +all) continue;
      throw new RangeError(
        `Cannot crop ${env.id}: expected part of ${all} ${name}s, got ${count} from ${first}`,
      );
    }
    const pixel = channels[0] ?? 1;
    const cut = <A extends Observation | Float64Array>(from: A, to: A): A => {
      for (let row = 0; row < height; row++) {
        const start = ((top + row) * columns + left) * pixel;
        to.set(from.subarray(start, start + width * pixel), row * width * pixel);
      }
      return to;
    };
    const size = height * width * pixel;
    super(
      env,
      new Box(cut(space.low, new Float64Array(size)), cut(space.high, new Float64Array(size)), {
        shape: [height, width, ...channels],
        dtype: space.dtype,
      }),
    );
    this.#cut = cut;
  }

  /** The part of the observation. */
  protected override transform(observation: O, target: O = emptyObservation(this.observationSpace)): O {
    return this.#cut(observation, target);
  }
}
