import type { Info } from "../env.ts";

/** How many values of an info fit into shared memory. */
export const INFO_VALUES = 16;

/** The names of an info's values, and which are numbers or booleans. */
type Shape = { name: string; type: string }[];

/**
 * Infos in shared memory: those of at most {@link INFO_VALUES} numbers and booleans, which is what environments say
 * of a step. An info of another kind or with other names than the one before goes by message, and both sides then
 * {@link InfoRows.learn} its names from it.
 */
export class InfoRows {
  readonly #numbers: Float64Array;
  readonly #written: Uint8Array;
  readonly #shapes: (Shape | undefined)[] = [];

  /**
   * One side of it.
   *
   * @param numbers `[N, INFO_VALUES]`.
   * @param written `[N]`, 1 where a row holds the info of the last step.
   */
  constructor(numbers: Float64Array, written: Uint8Array) {
    this.#numbers = numbers;
    this.#written = written;
  }

  /** Takes the names from an info that went by message. */
  learn(i: number, info: Info): void {
    const entries = Object.entries(info);
    const fits = entries.length <= INFO_VALUES &&
      entries.every(([, value]) => typeof value === "number" || typeof value === "boolean");
    this.#shapes[i] = fits ? entries.map(([name, value]) => ({ name, type: typeof value })) : undefined;
  }

  /** Nothing new of this environment is in shared memory. */
  clear(i: number): void {
    this.#written[i] = 0;
  }

  /** Writes an info, or returns false: it has to go by message. */
  write(i: number, info: Info): boolean {
    const shape = this.#shapes[i];
    const names = Object.keys(info);
    if (!shape || names.length !== shape.length) return false;
    for (let k = 0; k < names.length; k++) {
      const value = info[names[k]];
      if (names[k] !== shape[k].name || typeof value !== shape[k].type) return false;
      this.#numbers[i * INFO_VALUES + k] = Number(value);
    }
    this.#written[i] = 1;
    return true;
  }

  /** The info that was written in the last step, if there was one. */
  read(i: number): Info | undefined {
    const shape = this.#shapes[i];
    if (this.#written[i] === 0 || !shape) return undefined;
    const info: Info = {};
    for (let k = 0; k < shape.length; k++) {
      const value = this.#numbers[i * INFO_VALUES + k];
      info[shape[k].name] = shape[k].type === "boolean" ? value === 1 : value;
    }
    return info;
  }
}
