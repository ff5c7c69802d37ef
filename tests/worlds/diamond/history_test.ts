import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { startBackend } from "../../../generative/runtime/mod.ts";
import {
  append,
  fromPixels,
  joinActions,
  sameEpisode,
  stackFrames,
  toPixels,
} from "../../../worlds/diamond/history.ts";

await startBackend({ backend: "cpu" });

Deno.test("decisions from the last one's episode are the same episode's, those before a reset are not", () => {
  const resets = [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 0]].map((row) => tf.tensor1d(row));
  const same = sameEpisode(resets).map((counts) => [...counts.dataSync()]);
  assertEquals(same, [[1, 0, 0], [1, 0, 1], [1, 1, 1], [1, 1, 1]]);
});

Deno.test("what is another episode's is zero; what comes is appended, and as much of the oldest goes", () => {
  const counts = [tf.tensor2d([[0], [1]]), tf.ones([2, 1])];
  const frames = [1, 2].map((value) => tf.fill([2, 1, 1, 3], value));
  const stacked = stackFrames(frames, counts);
  assertEquals(stacked.squeeze([1, 2]).arraySync(), [[0, 0, 0, 2, 2, 2], [1, 1, 1, 2, 2, 2]]);
  const next = append(stacked, tf.fill([2, 1, 1, 3], 5));
  assertEquals(next.squeeze([1, 2]).arraySync(), [[2, 2, 2, 5, 5, 5], [2, 2, 2, 5, 5, 5]]);
  const joined = joinActions([tf.tensor2d([[3], [4]]), tf.tensor2d([[5], [6]])], counts);
  assertEquals(joined.arraySync(), [[0, 5], [4, 6]]);
  assertEquals(append(joined, tf.tensor2d([[7], [8]])).arraySync(), [[5, 7], [6, 8]]);
});

Deno.test("frames of bytes and of shares are shrunk to -1 .. 1 by means, and even pictures come back", () => {
  const bytes = tf.fill([1, 64, 64, 3], 51, "int32");
  for (const size of [16, 32, 64]) {
    for (const frames of [bytes, bytes.toFloat().div(255)]) {
      const pixels = toPixels(frames, size);
      assertEquals(pixels.shape, [1, size, size, 3]);
      pixels.dataSync().forEach((value) => assertAlmostEquals(value, 0.2 * 2 - 1, 1e-6));
      const picture = fromPixels(pixels);
      assertEquals(picture.shape, [1, 64, 64, 3]);
      picture.dataSync().forEach((value) => assertAlmostEquals(value, 0.2, 1e-6));
    }
  }
  const checks = tf.tidy(() => tf.range(0, 64).mod(2).reshape([1, 1, 64, 1]).tile([1, 64, 1, 3]));
  toPixels(checks, 32).dataSync().forEach((value) => assertAlmostEquals(value, 0, 1e-6));
});
