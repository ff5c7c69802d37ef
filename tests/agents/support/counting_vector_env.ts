import type { AutoresetMode, EnvState, Info, VectorEnv, VectorStep } from "../../../envs/env.ts";
import { Box } from "../../../envs/spaces.ts";

/**
 * A vector environment to test agents with: the episode of a seed lasts `lengths(seed)` steps, pays the sum of the
 * action plus the seed each step, and shows the seed in its first byte and the step in its second.
 */
export class CountingVectorEnv implements VectorEnv {
  readonly id = "Counting-v0";
  readonly count: number;
  readonly observationSpace = new Box(0, 255, { shape: [1, 2, 3], dtype: "uint8" });
  readonly actionSpace = new Box(-1, 1, { shape: [3] });
  readonly autoreset: AutoresetMode = "disabled";
  lastActions = new Float32Array(0);
  resets: number[][] = [];
  readonly #lengths: (seed: number) => number;
  readonly #wheels?: (seed: number, step: number) => number;
  readonly #rows: { seed: number; step: number; over: boolean }[];

  constructor(
    options: {
      count: number;
      lengths: (seed: number) => number;
      wheels?: (seed: number, step: number) => number;
    },
  ) {
    this.count = options.count;
    this.#lengths = options.lengths;
    this.#wheels = options.wheels;
    this.#rows = Array.from({ length: this.count }, () => ({ seed: 0, step: 0, over: true }));
  }

  reset(options: { seeds: ArrayLike<number>; indices?: ArrayLike<number> }) {
    const indices = Array.from(options.indices ?? this.#rows.keys());
    this.resets.push(indices);
    indices.forEach((row, i) => this.#rows[row] = { seed: options.seeds[i], step: 0, over: false });
    const infos: Info[] = this.#rows.map(() => ({}));
    return Promise.resolve({ observations: this.#observe(), infos });
  }

  step(actions: Float32Array): Promise<VectorStep> {
    this.lastActions = actions.slice();
    const size = actions.length / this.count;
    const rewards = new Float64Array(this.count);
    const infos: Info[] = [];
    this.#rows.forEach((row, i) => {
      if (!row.over) {
        row.step++;
        rewards[i] = row.seed +
          actions.slice(i * size, (i + 1) * size).reduce((sum, value) => sum + value, 0);
        row.over = row.step >= this.#lengths(row.seed);
      }
      infos.push(this.#wheels ? { wheelsOnTrack: this.#wheels(row.seed, row.step) } : {});
    });
    const over = Uint8Array.from(this.#rows, (row) => row.over ? 1 : 0);
    const even = (row: number) => this.#rows[row].seed % 2 === 0;
    return Promise.resolve({
      observations: this.#observe(),
      rewards,
      terminated: over.map((flag, row) => even(row) ? flag : 0),
      truncated: over.map((flag, row) => even(row) ? 0 : flag),
      infos,
    });
  }

  getState(): Promise<EnvState[]> {
    return Promise.resolve(this.#rows.map((row) => ({ ...row })));
  }

  setState(states: readonly EnvState[]) {
    states.forEach((state, i) => Object.assign(this.#rows[i], state));
    const infos: Info[] = this.#rows.map(() => ({}));
    return Promise.resolve({ observations: this.#observe(), infos });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #observe(): Uint8Array {
    const observations = new Uint8Array(this.count * 6);
    this.#rows.forEach(({ seed, step }, i) => observations.set([seed, step], i * 6));
    return observations;
  }
}
