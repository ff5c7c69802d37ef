import type { Env, EnvState, Observation, ResetOptions, ResetResult, Transition } from "../env.ts";
import { EpisodeGuard } from "../episode_guard.ts";
import { EPISODE_STATUS, type EpisodeStatus, readEnvState } from "../env_state.ts";
import { Wrapper } from "./wrapper.ts";

/** What {@link TimeLimit} adds to the state inside. */
interface TimeLimitState {
  inner: EnvState;
  steps: number;
  status: EpisodeStatus;
}

/**
 * Truncates an episode after a number of steps (Gymnasium's `TimeLimit`).
 *
 * A step after the end, or before the first reset, is an error here, also where the inner environment would go on.
 */
export class TimeLimit<O extends Observation = Uint8Array> extends Wrapper<O> {
  /** Steps an episode may take. */
  readonly maxSteps: number;
  #steps = 0;
  readonly #guard: EpisodeGuard;

  /**
   * Goes around `env`.
   *
   * @param env The environment inside.
   * @param maxSteps Steps an episode may take, an integer > 0.
   * @throws RangeError when `maxSteps` is not an integer > 0.
   */
  constructor(env: Env<O>, maxSteps: number) {
    super(env);
    this.#guard = new EpisodeGuard(env.id);
    this.maxSteps = maxSteps;
    if (!Number.isInteger(maxSteps) || maxSteps < 1) {
      throw new RangeError(`Cannot limit ${env.id}: expected an integer > 0 of steps, got ${maxSteps}`);
    }
  }

  /** Starts an episode and its count of steps. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    this.#steps = 0;
    this.#guard.begin();
    return result;
  }

  /**
   * One inner step; `truncated` when it was the last one allowed.
   *
   * @throws TypeError before the first reset and after the end.
   */
  override advance(action: ArrayLike<number>): Transition {
    this.#guard.expectRunning();
    const transition = this.env.advance(action);
    this.#steps += 1;
    if (this.#steps >= this.maxSteps) transition.truncated = true;
    if (transition.terminated || transition.truncated) this.#guard.end();
    return transition;
  }

  /** The inner state and the count of steps. */
  override getState(): EnvState {
    return { inner: this.env.getState(), steps: this.#steps, status: this.#guard.status };
  }

  /** Goes on where the count stood. @throws TypeError for a state of something else. */
  override setState(state: EnvState): void {
    const { inner, steps, status } = readEnvState<TimeLimitState>(this.id, state, {
      inner: "object",
      steps: "count",
      status: EPISODE_STATUS,
    });
    this.env.setState(inner);
    this.#steps = steps;
    this.#guard.restore(status);
  }
}
