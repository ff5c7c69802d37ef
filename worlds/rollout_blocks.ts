import * as tf from "@tensorflow/tfjs";

/** A rectangle of the stored arrays: decisions `from ..`, streams `row ..`; it may reach over the edges. */
export interface Block {
  /** Its first decision. */
  from: number;
  /** Its decisions. */
  steps: number;
  /** Decisions that are stored, T. */
  time: number;
  /** Its first stream. */
  row: number;
  /** Its streams. */
  rows: number;
  /** Streams that are stored, N. */
  streams: number;
}

/** A block of an array `[T, N, size]`, `[steps, rows, size]`; zeros beyond the edges. */
export function readBlock(source: Float32Array, size: number, block: Block): tf.Tensor {
  const { from, steps, time, row, rows, streams } = block;
  const values = new Float32Array(steps * rows * size);
  const width = Math.min(rows, streams - row) * size;
  for (let t = 0; t < Math.min(steps, time - from); t++) {
    const start = ((from + t) * streams + row) * size;
    values.set(source.subarray(start, start + width), t * rows * size);
  }
  return tf.tensor(values, [steps, rows, size]);
}

/** Writes a block back, as far as it lies within the edges. */
export function writeBlock(target: Float32Array, values: Float32Array, block: Block): void {
  const { from, steps, time, row, rows, streams } = block;
  const size = values.length / (steps * rows);
  const width = Math.min(rows, streams - row) * size;
  for (let t = 0; t < Math.min(steps, time - from); t++) {
    target.set(
      values.subarray(t * rows * size, t * rows * size + width),
      ((from + t) * streams + row) * size,
    );
  }
}
