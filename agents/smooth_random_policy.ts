import type { RandomStream } from "../core/random_stream.ts";
import type { Agent } from "./agent.ts";
import { SmoothNoise, type SmoothNoiseOptions } from "./smooth_noise.ts";

/** The options of a {@link SmoothRandomPolicy}. */
export interface SmoothRandomPolicyOptions extends SmoothNoiseOptions {
  /** The least value of each action, `[A]`; the greatest is 1. @default -1 for each */
  low?: readonly number[];
}

/** Acts by smooth random numbers, for the first data. */
export class SmoothRandomPolicy implements Agent {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #noise: SmoothNoise;
  readonly #low: readonly number[];

  /** A policy without rows yet: `reset` comes first. */
  constructor(random: RandomStream, options: SmoothRandomPolicyOptions) {
    this.#noise = new SmoothNoise(random, options);
    this.actionSize = this.#noise.actionSize;
    this.#low = options.low ?? new Array(this.actionSize).fill(-1);
  }

  /** Starts episodes, see {@link Agent.reset}. */
  reset(count: number, indices?: ArrayLike<number>): void {
    this.#noise.reset(count, indices);
  }

  /** The next decisions, `[count, A]`; what is seen does not matter. */
  act(): Promise<Float32Array> {
    const limit = (value: number, i: number) => Math.min(1, Math.max(this.#low[i % this.actionSize], value));
    return Promise.resolve(this.#noise.next().map(limit));
  }
}
