import type { AutoresetMode, EnvState, Info, VectorEnv, VectorStep } from "../../../envs/env.ts";
import { Box } from "../../../envs/spaces.ts";

/** Rows and columns of squares, and pixels of their sides. */
const SQUARES = 3, SIDE = 4, SIZE = SQUARES * SIDE;
const LENGTH = 8;

/**
 * A task that asks for looking: a white square stands in one of nine places of a dark picture, somewhere else at each step,
 * and an action pays 1 minus its distance from the square, each part in [-1, 1]. Episodes last 8 steps; a seed says where.
 */
export class SpotVectorEnv implements VectorEnv {
  readonly id = "Spot-v0";
  readonly observationSpace = new Box(0, 255, { shape: [SIZE, SIZE, 3], dtype: "uint8" });
  readonly actionSpace = new Box(-1, 1, { shape: [2] });
  readonly autoreset: AutoresetMode = "disabled";
  readonly #rows: { seed: number; step: number }[];

  constructor(readonly count: number) {
    this.#rows = Array.from({ length: count }, () => ({ seed: 0, step: LENGTH }));
  }

  reset(
    { seeds, indices = this.#rows.keys() as unknown as number[] }: {
      seeds: ArrayLike<number>;
      indices?: ArrayLike<number>;
    },
  ) {
    Array.from(indices).forEach((row, i) => this.#rows[row] = { seed: seeds[i], step: 0 });
    return Promise.resolve({ observations: this.#observe(), infos: this.#rows.map((): Info => ({})) });
  }

  step(actions: Float32Array): Promise<VectorStep> {
    const rewards = Float64Array.from(this.#rows, (row, i) => {
      const [y, x] = spot(row);
      row.step++;
      return 1 - Math.hypot(actions[2 * i] - y, actions[2 * i + 1] - x);
    });
    return Promise.resolve({
      observations: this.#observe(),
      infos: this.#rows.map((): Info => ({})),
      rewards,
      terminated: Uint8Array.from(this.#rows, ({ step }) => step >= LENGTH ? 1 : 0),
      truncated: new Uint8Array(this.count),
    });
  }

  getState(): Promise<EnvState[]> {
    return Promise.resolve(this.#rows.map((row) => ({ ...row })));
  }

  setState(states: readonly EnvState[]) {
    states.forEach((state, i) => Object.assign(this.#rows[i], state));
    return Promise.resolve({ observations: this.#observe(), infos: this.#rows.map((): Info => ({})) });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #observe(): Uint8Array {
    const pictures = new Uint8Array(this.count * SIZE * SIZE * 3);
    this.#rows.forEach((row, i) => {
      const [y, x] = spot(row).map((place) => (place + 1) * SIDE);
      for (let line = y; line < y + SIDE; line++) {
        const from = ((i * SIZE + line) * SIZE + x) * 3;
        pictures.fill(255, from, from + SIDE * 3);
      }
    });
    return pictures;
  }
}

/** Row and column, -1, 0 or 1 each. */
function spot({ seed, step }: { seed: number; step: number }): [number, number] {
  const place = (seed * 31 + step * 7 + (seed % 5) * step) % (SQUARES * SQUARES);
  return [Math.floor(place / SQUARES) - 1, place % SQUARES - 1];
}
