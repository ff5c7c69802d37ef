import type { RandomStream } from "../core/random_stream.ts";
import { rowsToReset } from "./agent.ts";

/** The shape of a {@link SmoothNoise}. */
export interface SmoothNoiseOptions {
  /** What a decision keeps of the one before, in [0, 1). @default 0.8 */
  correlation?: number;
  /** Standard deviation of each action, `[A]`. */
  deviation: readonly number[];
  /** Mean of each action, `[A]`. @default zeros */
  mean?: readonly number[];
}

/**
 * First-order autoregressive noise: `x' = correlation x + sqrt(1 - correlation^2) deviation n` around the mean,
 * drawn from its stationary distribution when an episode starts, so that every decision has the same spread.
 */
export class SmoothNoise {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #random: RandomStream;
  readonly #correlation: number;
  readonly #deviation: readonly number[];
  readonly #mean: readonly number[];
  #count = 0;
  #state = new Float64Array(0);

  /** Noise without rows yet: `reset` comes first. @throws RangeError when the correlation leaves [0, 1) or mean and deviation differ in length. */
  constructor(random: RandomStream, options: SmoothNoiseOptions) {
    const { correlation = 0.8, deviation } = options;
    const { mean = new Array(deviation.length).fill(0) } = options;
    if (!(correlation >= 0 && correlation < 1)) {
      throw new RangeError(`Cannot make smooth noise: expected a correlation in [0, 1), got ${correlation}`);
    }
    if (mean.length !== deviation.length) {
      throw new RangeError(
        `Cannot make smooth noise: expected ${deviation.length} means, got ${mean.length}`,
      );
    }
    this.actionSize = deviation.length;
    this.#random = random;
    this.#correlation = correlation;
    this.#deviation = deviation;
    this.#mean = mean;
  }

  /** Starts rows anew, as {@link Agent.reset} does. */
  reset(count: number, indices?: ArrayLike<number>): void {
    const rows = rowsToReset(count, this.#count, indices);
    if (indices === undefined) this.#state = new Float64Array(count * this.actionSize);
    this.#count = count;
    for (const row of rows) {
      for (let a = 0; a < this.actionSize; a++) {
        this.#state[row * this.actionSize + a] = this.#deviation[a] * this.#random.normal();
      }
    }
  }

  /**
   * The present values, means included, `[count, A]`; then moves on by one decision.
   *
   * @param scale What they are multiplied by: all by the same, or each row by its own, `[count]`. @default 1
   */
  next(scale: number | ArrayLike<number> = 1): Float32Array {
    const scaleOf = typeof scale === "number" ? () => scale : (row: number) => scale[row];
    const values = new Float32Array(this.#state.length);
    const fresh = Math.sqrt(1 - this.#correlation ** 2);
    for (let i = 0; i < values.length; i++) {
      const a = i % this.actionSize;
      values[i] = scaleOf(Math.floor(i / this.actionSize)) * (this.#mean[a] + this.#state[i]);
      this.#state[i] = this.#correlation * this.#state[i] +
        fresh * this.#deviation[a] * this.#random.normal();
    }
    return values;
  }
}
