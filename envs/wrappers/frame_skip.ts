import type { Env, EnvState, Observation, ResetOptions, ResetResult, Transition } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { spaceSize } from "../spaces.ts";
import { emptyObservation } from "./empty_observation.ts";
import { Wrapper } from "./wrapper.ts";

/** Options of {@link FrameSkip}. */
export interface FrameSkipOptions {
  /**
   * Whether each number of an observation is the larger one of the last two inner steps, so that what flickers stays
   * visible (Gymnasium's `MaxAndSkipObservation`). @default false
   */
  maxPool?: boolean;
}

/** What max-pooling adds to the state inside. */
interface FrameSkipState<O> {
  inner: EnvState;
  pooled: boolean;
  previous: O;
}

/**
 * Repeats each action for some steps, sums their rewards and draws the last one only (or the last two, with `maxPool`).
 *
 * An episode that ends before the last two of its repetitions shows its last observation alone. (Gymnasium pools
 * those of an earlier step instead, an oversight.)
 */
export class FrameSkip<O extends Observation = Uint8Array> extends Wrapper<O> {
  /** How many inner steps one step takes. */
  readonly skip: number;
  /** Whether observations are the larger of the last two. */
  readonly maxPool: boolean;
  /** The last observation but one; counts where `#pooled`. */
  readonly #previous: O;
  #pooled = false;

  /**
   * Goes around `env`.
   *
   * @param env The environment inside.
   * @param skip How many inner steps one step takes, an integer > 0; 1 changes nothing.
   * @throws RangeError when `skip` is not an integer > 0, or with `maxPool` > 1.
   */
  constructor(env: Env<O>, skip: number, options: FrameSkipOptions = {}) {
    super(env);
    this.skip = skip;
    this.maxPool = options.maxPool ?? false;
    const least = this.maxPool ? 2 : 1;
    if (!Number.isInteger(skip) || skip < least) {
      throw new RangeError(`Cannot skip frames of ${env.id}: expected an integer >= ${least}, got ${skip}`);
    }
    this.#previous = emptyObservation(env.observationSpace);
  }

  /** That of the environment inside; 0 with `maxPool`, where one state does not give the observation. */
  override get stateSize(): number {
    return this.maxPool ? 0 : super.stateSize;
  }

  /** Starts an episode; its first observation is shown as it is. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const result = super.reset(options);
    this.#pooled = false;
    return result;
  }

  /** Repeats the action. The info is that of the last inner step; an ending stops the repetition. */
  override advance(action: ArrayLike<number>): Transition {
    let { reward, terminated, truncated, info } = this.env.advance(action);
    this.#pooled = false;
    for (let i = 1; i < this.skip && !terminated && !truncated; i++) {
      if (this.maxPool && i === this.skip - 1) {
        this.env.observe(this.#previous);
        this.#pooled = true;
      }
      const next = this.env.advance(action);
      reward += next.reward;
      ({ terminated, truncated, info } = next);
    }
    return { reward, terminated, truncated, info };
  }

  /** Writes the present observation, into `target` when one is given. */
  override observe(target?: O): O {
    const observation = super.observe(target);
    if (!this.#pooled) return observation;
    const previous = this.#previous;
    for (let i = 0; i < previous.length; i++) {
      if (previous[i] > observation[i]) observation[i] = previous[i];
    }
    return observation;
  }

  /** The inner state, and with `maxPool` the last observation but one. */
  override getState(): EnvState {
    const inner = super.getState();
    return this.maxPool ? { inner, pooled: this.#pooled, previous: this.#previous.slice() } : inner;
  }

  /** Goes on in the state inside. @throws TypeError for a state of something else. */
  override setState(state: EnvState): void {
    if (!this.maxPool) return super.setState(state);
    const { inner, pooled, previous } = readEnvState<FrameSkipState<O>>(this.id, state, {
      inner: "object",
      pooled: "boolean",
      previous: spaceSize(this.observationSpace),
    });
    super.setState(inner);
    this.#previous.set(previous);
    this.#pooled = pooled;
  }
}
