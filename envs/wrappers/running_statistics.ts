/** Mean and variance of what was seen so far, plain values that JSON keeps. */
export interface Statistics {
  /** The mean of each number. */
  mean: number[];
  /** The variance of each number. */
  variance: number[];
  /** How many values were seen; a prior of 1e-4 included. */
  count: number;
}

/** The weight of the prior (mean 0, variance 1), in values: as Gymnasium's `RunningMeanStd` has it. */
const PRIOR_COUNT = 1e-4;

/**
 * Running mean and variance by Chan's parallel algorithm, one value at a time (Gymnasium's `RunningMeanStd`, in
 * doubles).
 */
export class RunningStatistics {
  /** `[size]`. */
  readonly mean: Float64Array;
  /** `[size]`. */
  readonly variance: Float64Array;
  /** How many values were seen, the prior included. */
  count = PRIOR_COUNT;

  /**
   * Nothing seen yet, or what `statistics` say.
   *
   * @param size How many numbers a value has.
   * @throws TypeError when the statistics are not numbers of this size, with variances and a count >= 0.
   */
  constructor(size: number, statistics?: Statistics) {
    this.mean = new Float64Array(size);
    this.variance = new Float64Array(size).fill(1);
    if (!statistics) return;
    const { mean, variance, count } = statistics;
    const fits = (values: unknown, least: number) =>
      Array.isArray(values) && values.length === size &&
      values.every((value) => Number.isFinite(value) && value >= least);
    if (!fits(mean, -Infinity) || !fits(variance, 0) || !(Number.isFinite(count) && count >= 0)) {
      throw new TypeError(
        `Cannot use statistics: expected mean and variance (>= 0) of ${size} finite numbers each and a count, ` +
          `got ${mean?.length} and ${variance?.length} and ${count}`,
      );
    }
    this.mean.set(mean);
    this.variance.set(variance);
    this.count = count;
  }

  /** Takes in one value, `[size]`. */
  update(value: ArrayLike<number>): void {
    const { mean, variance, count } = this;
    const total = count + 1;
    for (let i = 0; i < mean.length; i++) {
      const delta = value[i] - mean[i];
      mean[i] += delta / total;
      variance[i] = (variance[i] * count + delta * delta * count / total) / total;
    }
    this.count = total;
  }

  /** A copy as plain values. */
  get(): Statistics {
    return { mean: [...this.mean], variance: [...this.variance], count: this.count };
  }
}
