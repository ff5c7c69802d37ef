import type { Env, EnvState, Observation, ResetOptions, ResetResult, Transition } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { Box, type Space, spaceSize } from "../spaces.ts";
import { emptyObservation } from "./empty_observation.ts";
import { RunningStatistics, type Statistics } from "./running_statistics.ts";
import { Wrapper } from "./wrapper.ts";

/** Options of the wrappers that normalize. */
export interface NormalizeOptions {
  /** What is added to a variance before its root divides, > 0. @default 1e-8 */
  epsilon?: number;
  /** Statistics to begin with, of `statistics()` of another run. @default none seen */
  statistics?: Statistics;
  /** Whether what is seen from now on counts; `false` for evaluation. @default true */
  updateRunningMean?: boolean;
}

/** What normalizing adds to the state inside. */
interface NormalizeObservationState {
  inner: EnvState;
  statistics: Statistics;
  updateRunningMean: boolean;
  current: Float32Array | null;
}

/**
 * Shifts and scales observations by their running mean and variance (Gymnasium's `NormalizeObservation`): float32 of
 * the inner shape, without bounds.
 *
 * Every reset and step of what is inside counts once, however often it is observed: put `FrameSkip` inside. What an
 * observation becomes hangs on all that was seen before, hence the same seed gives the same episode again only with
 * `updateRunningMean` off, or after {@link NormalizeObservation.setState}; nor is it redrawn from one state.
 */
export class NormalizeObservation<I extends Observation = Uint8Array> extends Wrapper<Float32Array, I> {
  /** Whether what is seen from now on counts; switch it off for evaluation. */
  updateRunningMean: boolean;
  readonly #epsilon: number;
  readonly #space: Box;
  readonly #inner: I;
  #statistics: RunningStatistics;
  /** The present observation; none without an episode. */
  #current?: Float32Array;

  /**
   * Goes around `env`.
   *
   * @throws RangeError when `epsilon` is not above 0.
   * @throws TypeError when the statistics do not fit.
   */
  constructor(env: Env<I>, options: NormalizeOptions = {}) {
    super(env);
    const { epsilon = 1e-8, statistics, updateRunningMean = true } = options;
    if (!(epsilon > 0)) {
      throw new RangeError(
        `Cannot normalize observations of ${env.id}: expected epsilon > 0, got ${epsilon}`,
      );
    }
    const { shape } = env.observationSpace;
    this.updateRunningMean = updateRunningMean;
    this.#epsilon = epsilon;
    this.#space = new Box(-Infinity, Infinity, { shape, dtype: "float32" });
    this.#inner = emptyObservation(env.observationSpace);
    this.#statistics = new RunningStatistics(spaceSize(this.#space), statistics);
  }

  /** Float32 of the inner shape, without bounds. */
  override get observationSpace(): Space {
    return this.#space;
  }

  /** 0: the statistics are not part of a saved state. */
  override get stateSize(): number {
    return 0;
  }

  /** The statistics so far, plain values that JSON keeps. */
  statistics(): Statistics {
    return this.#statistics.get();
  }

  /** Starts an episode; its first observation counts. */
  override reset(options?: ResetOptions): ResetResult<Float32Array> {
    const { observation, info } = this.env.reset(options);
    this.#take(observation);
    return { observation: this.observe(), info };
  }

  /** One inner step, whose observation counts. */
  override advance(action: ArrayLike<number>): Transition {
    const transition = this.env.advance(action);
    this.#take(this.env.observe(this.#inner));
    return transition;
  }

  /** Writes the present observation, into `target` when one is given. @throws TypeError without an episode. */
  override observe(target: Float32Array = emptyObservation(this.#space)): Float32Array {
    if (!this.#current) {
      throw new TypeError(`Cannot observe ${this.id}: expected a running environment, got none`);
    }
    target.set(this.#current);
    return target;
  }

  /** The inner state, the statistics and the present observation. */
  override getState(): EnvState {
    return {
      inner: this.env.getState(),
      statistics: this.statistics(),
      updateRunningMean: this.updateRunningMean,
      current: this.#current?.slice() ?? null,
    };
  }

  /** Goes on with the statistics of the state. @throws TypeError for a state of something else. */
  override setState(state: EnvState): void {
    const { inner, statistics, updateRunningMean, current } = readEnvState<NormalizeObservationState>(
      this.id,
      state,
      {
        inner: "object",
        statistics: "object",
        updateRunningMean: "boolean",
        current: "object",
      },
    );
    const size = spaceSize(this.#space);
    if (current && current.length !== size) {
      throw new TypeError(
        `Cannot set the state of ${this.id}: expected ${size} values in "current", got ${current.length}`,
      );
    }
    const restored = new RunningStatistics(size, statistics);
    this.env.setState(inner);
    this.#statistics = restored;
    this.updateRunningMean = updateRunningMean;
    this.#current = current?.slice();
  }

  /** Closes the inner environment. */
  override close(): void {
    this.#current = undefined;
    this.env.close();
  }

  #take(observation: I): void {
    const { mean, variance } = this.#statistics;
    if (this.updateRunningMean) this.#statistics.update(observation);
    const current = this.#current ??= emptyObservation(this.#space);
    for (let i = 0; i < mean.length; i++) {
      current[i] = (observation[i] - mean[i]) / Math.sqrt(variance[i] + this.#epsilon);
    }
  }
}
