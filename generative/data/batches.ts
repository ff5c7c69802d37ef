import type { RandomStream } from "../../core/random_stream.ts";

/** The options of {@link Batches}. */
export interface BatchesOptions {
  /** How many examples there are. */
  count: number;
  /** How many come at a time. */
  batchSize: number;
  /** Each epoch's order is a fork of it. */
  random: RandomStream;
}

/**
 * Shuffled mini-batches of indices, epoch after epoch. Each epoch has an order of its own and drops the rest that
 * does not fill a batch. Which indices come at a position depends on the seed and that position alone: saving the
 * position is enough to go on.
 */
export class Batches implements IterableIterator<Int32Array> {
  /** Batches in an epoch. */
  readonly perEpoch: number;
  /** Batches handed out so far; set it to go on from a checkpoint. */
  position = 0;
  #epoch = -1;
  #order = new Int32Array(0);

  /** Starts at the first epoch. @throws RangeError when the examples do not fill a batch. */
  constructor(readonly options: BatchesOptions) {
    const { count, batchSize } = options;
    if (!(batchSize >= 1) || !(count >= batchSize)) {
      throw new RangeError(
        `Cannot make batches: expected 1 <= batchSize <= count, got batchSize ${batchSize}, count ${count}`,
      );
    }
    this.perEpoch = Math.floor(count / batchSize);
  }

  /** The indices at a position, `[batchSize]`, each `0 .. count - 1`. */
  at(position: number): Int32Array {
    const epoch = Math.floor(position / this.perEpoch);
    if (epoch !== this.#epoch) {
      const order = Int32Array.from({ length: this.options.count }, (_, index) => index);
      this.#order = this.options.random.fork(epoch).shuffle(order);
      this.#epoch = epoch;
    }
    const start = position % this.perEpoch * this.options.batchSize;
    return this.#order.slice(start, start + this.options.batchSize);
  }

  /** The next batch; there is always one. */
  next(): IteratorResult<Int32Array> {
    return { done: false, value: this.at(this.position++) };
  }

  /** Itself, for `for .. of`. */
  [Symbol.iterator](): this {
    return this;
  }
}
