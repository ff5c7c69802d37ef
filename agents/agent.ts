import type { Observation } from "../envs/env.ts";

/** What an {@link Agent} decides on, a row an environment. */
export interface Seen<O extends Observation = Uint8Array> {
  /** `[count, ...]` row-major, for pictures `[count, H, W, C]`; only read during the call. */
  observations: O;
  /** What each row's last decision earned, `[count]`, in the environment's unit; 0 at an episode's start. */
  rewards: ArrayLike<number>;
}

/** A part of a picture, in shares of its height and width, from the upper left corner. */
export interface PicturePart {
  /** Where it begins, 0 .. 1. */
  top: number;
  /** Where it begins, 0 .. 1. */
  left: number;
  /** 0 .. 1. */
  height: number;
  /** 0 .. 1. */
  width: number;
}

/** What acts on a batch of environments, real or dreamed. Its recurrent state is its own. By default it sees pictures. */
export interface Agent<O extends Observation = Uint8Array> {
  /** How many numbers an action has. */
  readonly actionSize: number;
  /**
   * Starts episodes. Without `indices` all `count` rows start anew; with them only those rows do, and the
   * others keep their memory.
   *
   * @throws RangeError when `indices` leave the `count` rows, or `count` changes while only some rows restart.
   */
  reset(count: number, indices?: ArrayLike<number>): void;
  /**
   * Decides for every row.
   *
   * @returns `[count, actionSize]` row-major, the caller's to keep.
   */
  act(seen: Seen<O>): Promise<Float32Array>;
  /** The parts of its picture that each row's last decision went by, the most important first, in agents that choose some. */
  attended?(): PicturePart[][];
  /** Frees tensors, where the agent holds any. */
  close?(): void;
}

/** The rows that a call of {@link Agent.reset} starts anew, checked. */
export function rowsToReset(count: number, known: number, indices?: ArrayLike<number>): number[] {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`Cannot reset an agent: expected a count of rows >= 1, got ${count}`);
  }
  if (indices === undefined) return Array.from({ length: count }, (_, row) => row);
  if (count !== known) {
    throw new RangeError(`Cannot reset some rows of an agent: expected a count of ${known}, got ${count}`);
  }
  return Array.from(indices, (row) => {
    if (!Number.isSafeInteger(row) || row < 0 || row >= count) {
      throw new RangeError(`Cannot reset a row of an agent: expected an index in [0, ${count}), got ${row}`);
    }
    return row;
  });
}
