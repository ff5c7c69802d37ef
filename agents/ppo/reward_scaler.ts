import { RunningStatistics, type Statistics } from "../../envs/wrappers/running_statistics.ts";

/** Scaled rewards stay within this range of 0. */
const LIMIT = 10;
/** Added to the variance. */
const EPSILON = 1e-8;

/** What a {@link RewardScaler} goes on from: plain values. */
export interface SavedRewardScaler {
  /** Of the discounted returns so far. */
  statistics: Statistics;
  /** Discounted returns of the present episodes, `[N]`. */
  returns: number[];
}

/**
 * Divides rewards by the running standard deviation of discounted returns (Engstrom et al. 2020, Implementation Matters in
 * Deep Policy Gradients), so that values are about 1 whatever the environment pays. Their sign stays.
 */
export class RewardScaler {
  readonly #statistics: RunningStatistics;
  readonly #returns: Float64Array;

  /**
   * @param count Environments, N.
   * @param gamma Discount of the returns.
   * @throws TypeError for a saved one of another number of environments.
   */
  constructor(count: number, readonly gamma: number, saved?: SavedRewardScaler) {
    this.#statistics = new RunningStatistics(1, saved?.statistics);
    this.#returns = new Float64Array(count);
    if (!saved) return;
    if (saved.returns.length !== count) {
      throw new TypeError(`Cannot scale rewards: expected ${count} returns, got ${saved.returns.length}`);
    }
    this.#returns.set(saved.returns);
  }

  /**
   * The scaled rewards of a step.
   *
   * @param rewards `[N]`.
   * @param ended `[N]`, whether an episode ended with it.
   */
  scale(rewards: ArrayLike<number>, ended: readonly boolean[]): Float64Array {
    for (let row = 0; row < rewards.length; row++) {
      this.#returns[row] = this.gamma * this.#returns[row] + rewards[row];
      this.#statistics.update([this.#returns[row]]);
      if (ended[row]) this.#returns[row] = 0;
    }
    const scale = 1 / Math.sqrt(this.#statistics.variance[0] + EPSILON);
    return Float64Array.from(rewards, (reward) => Math.min(LIMIT, Math.max(-LIMIT, reward * scale)));
  }

  /** All that it goes on from. */
  save(): SavedRewardScaler {
    return { statistics: this.#statistics.get(), returns: [...this.#returns] };
  }
}
