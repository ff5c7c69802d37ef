import type { Env, Observation } from "../env.ts";
import type { Space } from "../spaces.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";

/** Applies a function to each observation (Gymnasium's `TransformObservation`). */
export class TransformObservation<O extends Observation = Uint8Array, I extends Observation = O>
  extends ObservationWrapper<O, I> {
  readonly #change: (observation: I) => O;

  /**
   * Goes around `env`.
   *
   * @param change A pure function of an observation. It may change the one it gets and return it.
   * @param space What the changed observations belong to; by default the space inside.
   */
  constructor(env: Env<I>, change: (observation: I) => O, space: Space = env.observationSpace) {
    super(env, space);
    this.#change = change;
  }

  /** The function's value, copied. */
  protected override transform(observation: I, target?: O): O {
    const changed = this.#change(observation);
    if (!target) return changed.slice() as O;
    target.set(changed);
    return target;
  }
}
