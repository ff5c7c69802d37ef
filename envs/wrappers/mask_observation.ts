import type { Env, Observation } from "../env.ts";
import { Box } from "../spaces.ts";
import { emptyObservation } from "./empty_observation.ts";
import { expectBox } from "./expect_space.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";

/** Options of {@link MaskObservation}. */
export interface MaskObservationOptions {
  /** Places of the numbers that are 0 in what is shown, from 0. */
  mask: readonly number[];
}

/**
 * Hides some numbers of what is observed, such as velocities: a task that can be solved by what is seen now becomes one that
 * asks for a memory.
 */
export class MaskObservation<O extends Observation = Uint8Array> extends ObservationWrapper<O> {
  readonly #mask: readonly number[];

  /**
   * Goes around `env`.
   *
   * @throws TypeError when its observations are not one row of numbers; RangeError for places that they do not have.
   */
  constructor(env: Env<O>, { mask }: MaskObservationOptions) {
    const { shape, dtype, low, high } = expectBox(env.observationSpace, `hide parts of ${env.id}`);
    if (shape.length !== 1) {
      throw new TypeError(
        `Cannot hide parts of ${env.id}: expected one row of numbers as observations, got [${
          shape.join(", ")
        }]`,
      );
    }
    for (const place of mask) {
      if (Number.isInteger(place) && place >= 0 && place < shape[0]) continue;
      throw new RangeError(
        `Cannot hide parts of ${env.id}: expected places in [0, ${shape[0]}), got ${place}`,
      );
    }
    const masked = (bounds: ArrayLike<number>) =>
      Array.from(bounds, (bound, i) => mask.includes(i) ? 0 : bound);
    super(env, new Box(masked(low), masked(high), { shape, dtype }));
    this.#mask = mask;
  }

  /** What is observed, with zeros. */
  protected override transform(observation: O, target: O = emptyObservation(this.observationSpace)): O {
    target.set(observation);
    for (const place of this.#mask) target[place] = 0;
    return target;
  }
}
