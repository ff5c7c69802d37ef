import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../../core/mod.ts";
import type { Dataset } from "../../../generative/data/mod.ts";
import type { BatchRequest, GenerativeModel } from "../../../generative/models/model.ts";
import { measureModel } from "../../../generative/models/measure_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

await startBackend();

Deno.test("a measure is a mean over examples, or the sum of all batches over the count of all", async () => {
  const lengths = [4, 2, 1]; // words in each text; their cost is 1, 2 and 4 a word
  const model = {
    batch: (_: Dataset, { indices }: BatchRequest) => ({
      lengths: tf.tensor1d(Array.from(indices, (i) => lengths[i])),
    }),
    measure: (_: unknown, { lengths }: { lengths: tf.Tensor }) => {
      const words = lengths.sum();
      const costs = lengths.mul(tf.div(4, lengths)).sum(); // each text costs 4 in all
      return { length: lengths.mean(), cost: tf.stack([costs, words]) };
    },
  } as unknown as GenerativeModel;
  const data = { count: 3 } as Dataset;
  for (const batchSize of [1, 2, 3]) {
    const { length, cost } = await measureModel(model, {}, data, new RandomStream(1), { batchSize });
    assertAlmostEquals(length, 7 / 3, 1e-6);
    assertAlmostEquals(cost, 12 / 7, 1e-6, `batches of ${batchSize}`);
  }
});
