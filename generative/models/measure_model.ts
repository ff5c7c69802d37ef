import type * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Dataset } from "../data/dataset.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { compile, disposeTree, seedTensor } from "../runtime/mod.ts";
import type { GenerativeModel } from "./model.ts";

/** Options of {@link measureModel}. */
export interface MeasureOptions {
  /** Examples at most. @default 5000 */
  limit?: number;
  /** Examples at a time. @default 250 */
  batchSize?: number;
  /** Stops between two batches. */
  signal?: AbortSignal;
}

/**
 * Means of what a model measures, over data that it did not learn from.
 *
 * @param random Draws the seeds: the same stream measures the same.
 */
export async function measureModel(
  model: GenerativeModel,
  parameters: NamedTensors,
  data: Dataset,
  random: RandomStream,
  { limit = 5000, batchSize = 250, signal }: MeasureOptions = {},
): Promise<Record<string, number>> {
  const measure = compile(
    (parameters: NamedTensors, batch: NamedTensors, seed: tf.Tensor) =>
      model.measure(parameters, batch, seed),
    { name: "measure" },
  );
  const count = Math.min(limit, data.count);
  const sums: Record<string, number> = {}, counts: Record<string, number> = {};
  try {
    for (let first = 0; first < count; first += batchSize) {
      signal?.throwIfAborted();
      const size = Math.min(batchSize, count - first);
      const batch = model.batch(data, { indices: Int32Array.from({ length: size }, (_, i) => first + i) });
      const seed = seedTensor(random.fork(first).seedPair());
      const measured = await measure.run(parameters, batch, seed);
      for (const [name, tensor] of Object.entries(measured)) {
        const [value, weight] = await tensor.data();
        sums[name] = (sums[name] ?? 0) + (weight === undefined ? value * size : value);
        counts[name] = (counts[name] ?? 0) + (weight ?? size);
      }
      disposeTree([batch, seed, measured]);
    }
    return Object.fromEntries(Object.keys(sums).map((name) => [name, sums[name] / counts[name]]));
  } finally {
    measure.dispose();
  }
}
