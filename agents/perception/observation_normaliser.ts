import type { Observation } from "../../envs/env.ts";
import { RunningStatistics, type Statistics } from "../../envs/wrappers/running_statistics.ts";

/** Normalised observations stay within this range of 0, in standard deviations. */
const LIMIT = 10;
/** Added to variances. */
const EPSILON = 1e-8;

/**
 * Shifts and scales observations by the mean and variance of all that was seen, as they were when it was last settled: so
 * that what is learned from is normalised as it was when it was decided on.
 */
export class ObservationNormaliser {
  readonly #statistics: RunningStatistics;
  #mean: Float64Array;
  #scale: Float64Array;

  /**
   * @param size Numbers of an observation, S.
   * @param saved Where to go on. @throws TypeError for statistics of another size.
   */
  constructor(readonly size: number, saved?: Statistics) {
    this.#statistics = new RunningStatistics(size, saved);
    this.#mean = new Float64Array(size);
    this.#scale = new Float64Array(size);
    this.settle();
  }

  /** Takes in what is seen, `[N, S]`. */
  see(observations: Observation): void {
    for (let at = 0; at < observations.length; at += this.size) {
      this.#statistics.update(observations.subarray(at, at + this.size));
    }
  }

  /** From now on what was seen until now counts. */
  settle(): void {
    const { mean, variance } = this.#statistics;
    this.#mean.set(mean);
    this.#scale.set(variance.map((value) => 1 / Math.sqrt(value + EPSILON)));
  }

  /** Observations `[N, S]`, normalised. */
  apply(observations: Observation): Float32Array {
    const { size } = this;
    const target = new Float32Array(observations.length);
    for (let i = 0; i < observations.length; i++) {
      const value = (observations[i] - this.#mean[i % size]) * this.#scale[i % size];
      target[i] = Math.min(LIMIT, Math.max(-LIMIT, value));
    }
    return target;
  }

  /** The statistics of all that was seen. */
  save(): Statistics {
    return this.#statistics.get();
  }
}
