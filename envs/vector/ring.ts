import type { Observation } from "../env.ts";
import { INFO_VALUES, InfoRows } from "./info_rows.ts";
import type { ObservationArray, VectorBuffers } from "./vector_buffers.ts";

/** How large the parts of a {@link Ring} are. */
export interface RingShape {
  /** Environments, N. */
  count: number;
  /** Workers, W. */
  workers: number;
  /** Numbers of an action, A. */
  actionSize: number;
  /** Numbers of an observation, O. */
  observationSize: number;
}

/** What {@link Word.Kind} says. */
export const Command = {
  /** Step the own environments into the slot of {@link Word.Slot}. */
  Step: 0,
  /** Go back to the event loop: a message waits there. */
  Message: 1,
  /** Go back to the event loop and end there. */
  End: 2,
} as const;

/** The first words of {@link Ring.control}, common to all workers. */
export const Word = {
  /** A {@link Command}. */
  Kind: 0,
  /** The slot that the present step writes, 0 or 1. */
  Slot: 1,
  /** How many workers are still at the present step. The last one wakes the caller. */
  Left: 2,
} as const;

/** The words of one worker, by their distance from {@link Ring.wordsOf}. */
export const WorkerWord = {
  /** Counts the commands for this worker, which sleeps until it changes. */
  Called: 0,
  /** The last command that it finished. */
  Done: 1,
  /** How many messages it has sent in steps. */
  Sent: 2,
  /** The environment at work, counted within its share; -1 when none is. */
  AtWork: 3,
} as const;

/** Two sets of results take turns: the policy may read the last one while the next is made. */
const SLOTS = 2;
/** Every part starts at a cache line of its own. */
const ALIGNMENT = 64;
/** Each worker's words have cache lines to themselves. */
const WORDS_PER_WORKER = 16;

/** One worker's environments in a {@link Ring}. */
export interface RingShare<O extends Observation> {
  /** `[n, A]`. */
  actions: Float32Array;
  /** Two sets of results of `n` environments. */
  slots: VectorBuffers<O>[];
  /** Their infos. */
  infos: InfoRows;
}

/**
 * The memory that a vector and its workers share. Nothing in it is ever copied or moved: actions are read, and
 * observations written, where they lie. One buffer, each part at a multiple of 64 bytes, in this order:
 *
 * | part | type | numbers |
 * | --- | --- | --- |
 * | control | Int32 | 16 common ({@link Word}), then 16 a worker ({@link WorkerWord}) |
 * | actions | Float32 | N A |
 * | infos | Float64 | N 16, see {@link InfoRows} |
 * | infos written | Uint8 | N |
 * | twice: observations | Uint8 or Float32 | N O |
 * | rewards | Float64 | N |
 * | terminated | Uint8 | N |
 * | truncated | Uint8 | N |
 *
 * A step: the caller writes actions, kind, slot and `Left = W`, then raises each worker's `Called` and wakes it; each
 * worker writes its rows of the slot, raises `Done`, and lowers `Left`; the one that brings it to 0 wakes the caller.
 */
export class Ring<O extends Observation> {
  /** All of it; send it to a worker and build another `Ring` of the same shape around it. */
  readonly buffer: SharedArrayBuffer;
  /** The words that both sides wait on. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** `[N, A]`. */
  readonly actions: Float32Array;
  /** The two sets of results of all environments. */
  readonly slots: VectorBuffers<O>[];
  /** `[N, INFO_VALUES]`. */
  readonly #infoNumbers: Float64Array;
  /** `[N]`. */
  readonly #infoWritten: Uint8Array;
  readonly #shape: RingShape;

  /** New memory, or a view of memory of the same shape. */
  constructor(shape: RingShape, arrayType: ObservationArray<O>, buffer?: SharedArrayBuffer) {
    const { count, workers, actionSize, observationSize } = shape;
    let end = 0;
    const place = (bytes: number): number => {
      const start = end;
      end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
      return start;
    };
    const words = WORDS_PER_WORKER * (1 + workers);
    const control = place(4 * words);
    const actions = place(4 * count * actionSize);
    const infoNumbers = place(8 * count * INFO_VALUES);
    const infoWritten = place(count);
    const slots = Array.from({ length: SLOTS }, () => ({
      observations: place(arrayType.BYTES_PER_ELEMENT * count * observationSize),
      rewards: place(8 * count),
      terminated: place(count),
      truncated: place(count),
    }));

    const memory = buffer ?? new SharedArrayBuffer(end);
    this.#shape = shape;
    this.buffer = memory;
    this.control = new Int32Array(memory, control, words);
    this.actions = new Float32Array(memory, actions, count * actionSize);
    this.#infoNumbers = new Float64Array(memory, infoNumbers, count * INFO_VALUES);
    this.#infoWritten = new Uint8Array(memory, infoWritten, count);
    this.slots = slots.map((slot) => ({
      observations: new arrayType(memory, slot.observations, count * observationSize),
      rewards: new Float64Array(memory, slot.rewards, count),
      terminated: new Uint8Array(memory, slot.terminated, count),
      truncated: new Uint8Array(memory, slot.truncated, count),
    }));
  }

  /** The infos of all environments. */
  get infos(): InfoRows {
    return new InfoRows(this.#infoNumbers, this.#infoWritten);
  }

  /** Where the words of a worker begin in {@link Ring.control}. */
  wordsOf(worker: number): number {
    return WORDS_PER_WORKER * (1 + worker);
  }

  /** The part of environments `first .. end - 1`. */
  share(first: number, end: number): RingShare<O> {
    const { actionSize, observationSize } = this.#shape;
    return {
      actions: this.actions.subarray(first * actionSize, end * actionSize),
      slots: this.slots.map(({ observations, rewards, terminated, truncated }) => ({
        observations: observations.subarray(first * observationSize, end * observationSize) as O,
        rewards: rewards.subarray(first, end),
        terminated: terminated.subarray(first, end),
        truncated: truncated.subarray(first, end),
      })),
      infos: new InfoRows(
        this.#infoNumbers.subarray(first * INFO_VALUES, end * INFO_VALUES),
        this.#infoWritten.subarray(first, end),
      ),
    };
  }
}
