import type { Env, Observation, ResetOptions, ResetResult } from "../env.ts";
import type { Space } from "../spaces.ts";
import { emptyObservation } from "./empty_observation.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * Changes each observation by a rule that knows nothing else (Gymnasium's `ObservationWrapper`).
 *
 * Since what it shows follows from the inner observation alone, it has no state of its own and redraws where the inner
 * environment does.
 */
export abstract class ObservationWrapper<O extends Observation = Uint8Array, I extends Observation = O>
  extends Wrapper<O, I> {
  readonly #space: Space;
  readonly #inner: I;

  /** Goes around `env`; `space` is what the changed observations belong to. */
  constructor(env: Env<I>, space: Space) {
    super(env);
    this.#space = space;
    this.#inner = emptyObservation(env.observationSpace);
  }

  /** Writes the changed observation into `target`, or into a new array; never returns `observation` itself. */
  protected abstract transform(observation: I, target?: O): O;

  /** What a changed observation may be. */
  override get observationSpace(): Space {
    return this.#space;
  }

  /** Starts an episode. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const { observation, info } = this.env.reset(options);
    return { observation: this.transform(observation), info };
  }

  /** Writes the present observation, into `target` when one is given. */
  override observe(target?: O): O {
    return this.transform(this.env.observe(this.#inner), target);
  }

  /** Draws the observation of a saved state of this episode. */
  override redraw(state: Float64Array, target?: O): O {
    return this.transform(this.redrawableInside().redraw(state, this.#inner), target);
  }
}
