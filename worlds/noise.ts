import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import { foldSeed, normal, uniform } from "../generative/runtime/random.ts";

/** Random numbers that one step uses up for each row. */
export interface NoiseSpec {
  /** Numbers per row and step; the tensor is `[B, size]`. */
  size: number;
  /** Uniform in [0, 1), or standard normal. */
  kind: "uniform" | "normal";
}

/** All noise of a step, by name. The order of the names decides what each is drawn from. */
export type NoiseSpecs = Readonly<Record<string, NoiseSpec>>;

/**
 * Noise drawn in the graph, `[rows, size]` each: that of name `i` from `foldSeed(seed, i)`.
 *
 * @param seed int32 `[2]`.
 * @param options With `blocks`, the rows are this many equal blocks that share their noise, row by row; 1 unless given.
 */
export function seededNoise(
  specs: NoiseSpecs,
  seed: tf.Tensor,
  { rows, blocks = 1 }: { rows: number; blocks?: number },
): NamedTensors {
  const noise: NamedTensors = {};
  Object.entries(specs).forEach(([name, { size, kind }], label) => {
    const drawn = (kind === "normal" ? normal : uniform)([rows / blocks, size], foldSeed(seed, label));
    noise[name] = blocks === 1 ? drawn : drawn.tile([blocks, 1]);
  });
  return noise;
}

/**
 * Noise of which each row is drawn from a stream of its own, name after name: a row's course then depends on its stream
 * alone, not on the rows beside it.
 *
 * @param streams One a row; zeros stand where there is none.
 * @returns Tensors that belong to the caller.
 */
export function streamNoise(
  specs: NoiseSpecs,
  streams: readonly (RandomStream | undefined)[],
): NamedTensors {
  const noise: NamedTensors = {};
  for (const [name, { size, kind }] of Object.entries(specs)) {
    const values = new Float32Array(streams.length * size);
    streams.forEach((stream, row) => {
      if (!stream) return;
      for (let j = row * size; j < (row + 1) * size; j++) {
        values[j] = kind === "normal" ? stream.normal() : stream.uniform();
      }
    });
    noise[name] = tf.tensor(values, [streams.length, size]);
  }
  return noise;
}
