import type { RandomStream } from "../core/random_stream.ts";
import type { Agent } from "./agent.ts";
import { SmoothNoise, type SmoothNoiseOptions } from "./smooth_noise.ts";

/**
 * Drives by smooth random numbers in [-1, 1], for the first data: by default specs/dream_recipe.md's steering
 * and pedals (correlation 0.8 a decision; deviation 0.5 and 0.6; mean 0 and 0.25).
 */
export class SmoothRandomPolicy implements Agent {
  /** A. */
  readonly actionSize: number;
  readonly #noise: SmoothNoise;

  /** A policy without rows yet: `reset` comes first. */
  constructor(random: RandomStream, options: SmoothNoiseOptions = {}) {
    const { deviation = [0.5, 0.6] } = options;
    const { mean = deviation.length === 2 ? [0, 0.25] : undefined } = options;
    this.#noise = new SmoothNoise(random, { ...options, deviation, mean });
    this.actionSize = this.#noise.actionSize;
  }

  /** Starts episodes, see {@link Agent.reset}. */
  reset(count: number, indices?: ArrayLike<number>): void {
    this.#noise.reset(count, indices);
  }

  /** The next decisions, `[count, A]`; what is seen does not matter. */
  act(): Promise<Float32Array> {
    return Promise.resolve(this.#noise.next().map((value) => Math.min(1, Math.max(-1, value))));
  }
}
