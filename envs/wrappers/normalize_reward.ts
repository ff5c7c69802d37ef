import type { Env, EnvState, Observation, Transition } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import type { NormalizeOptions } from "./normalize_observation.ts";
import { RunningStatistics, type Statistics } from "./running_statistics.ts";
import { Wrapper } from "./wrapper.ts";

/** Options of {@link NormalizeReward}. */
export interface NormalizeRewardOptions extends NormalizeOptions {
  /** By what the return so far is discounted at each step, 0 .. 1. @default 0.99 */
  gamma?: number;
}

/** What normalizing adds to the state inside. */
interface NormalizeRewardState {
  inner: EnvState;
  statistics: Statistics;
  updateRunningMean: boolean;
  discountedReturn: number;
}

/**
 * Divides rewards by the running deviation of the discounted return, so that this stays at about 1 (Gymnasium's
 * `NormalizeReward`, after OpenAI's baselines): nothing is subtracted, signs stay.
 *
 * The return so far is forgotten at a step that terminates, not at a reset: an episode that was cut goes on counting
 * into the next one, as in Gymnasium. The same seed gives the same rewards again only with `updateRunningMean` off, or
 * after {@link NormalizeReward.setState}.
 */
export class NormalizeReward<O extends Observation = Uint8Array> extends Wrapper<O> {
  /** Whether what is seen from now on counts; switch it off for evaluation. */
  updateRunningMean: boolean;
  readonly #gamma: number;
  readonly #epsilon: number;
  #statistics: RunningStatistics;
  #discountedReturn = 0;

  /**
   * Goes around `env`.
   *
   * @throws RangeError when `epsilon` is not above 0 or `gamma` not in 0 .. 1.
   * @throws TypeError when the statistics do not fit.
   */
  constructor(env: Env<O>, options: NormalizeRewardOptions = {}) {
    super(env);
    const { gamma = 0.99, epsilon = 1e-8, statistics, updateRunningMean = true } = options;
    if (!(epsilon > 0) || !(gamma >= 0 && gamma <= 1)) {
      throw new RangeError(
        `Cannot normalize rewards of ${env.id}: expected epsilon > 0 and gamma in 0 .. 1, got ${epsilon} and ${gamma}`,
      );
    }
    this.updateRunningMean = updateRunningMean;
    this.#gamma = gamma;
    this.#epsilon = epsilon;
    this.#statistics = new RunningStatistics(1, statistics);
  }

  /** The statistics of the discounted return so far, plain values that JSON keeps. */
  statistics(): Statistics {
    return this.#statistics.get();
  }

  /** One inner step, its reward divided. */
  override advance(action: ArrayLike<number>): Transition {
    const transition = this.env.advance(action);
    const { reward, terminated } = transition;
    this.#discountedReturn = (terminated ? 0 : this.#discountedReturn * this.#gamma) + reward;
    if (this.updateRunningMean) this.#statistics.update([this.#discountedReturn]);
    return { ...transition, reward: reward / Math.sqrt(this.#statistics.variance[0] + this.#epsilon) };
  }

  /** The inner state, the statistics and the return so far. */
  override getState(): EnvState {
    return {
      inner: this.env.getState(),
      statistics: this.statistics(),
      updateRunningMean: this.updateRunningMean,
      discountedReturn: this.#discountedReturn,
    };
  }

  /** Goes on with the statistics of the state. @throws TypeError for a state of something else. */
  override setState(state: EnvState): void {
    const { inner, statistics, updateRunningMean, discountedReturn } = readEnvState<NormalizeRewardState>(
      this.id,
      state,
      {
        inner: "object",
        statistics: "object",
        updateRunningMean: "boolean",
        discountedReturn: "number",
      },
    );
    const restored = new RunningStatistics(1, statistics);
    this.env.setState(inner);
    this.#statistics = restored;
    this.updateRunningMean = updateRunningMean;
    this.#discountedReturn = discountedReturn;
  }
}
