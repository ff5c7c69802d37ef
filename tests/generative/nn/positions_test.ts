import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  distances,
  linearBias,
  RelativeLogits,
  RelativePositionBias,
  rotate,
} from "../../../generative/nn/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { pattern, patterns } from "../support/patterns.ts";

await tf.setBackend("cpu");

Deno.test("rotary scores depend on how far apart places are alone", () => {
  const [query, key] = [pattern([1, 6], 1), pattern([1, 6], 2)];
  const score = (q: number, k: number) =>
    tf.sum(rotate(query, tf.tensor1d([q])).mul(rotate(key, tf.tensor1d([k])))).dataSync()[0];
  for (const shift of [1, 10, 100]) {
    assertAlmostEquals(score(3 + shift, 1 + shift), score(3, 1), 1e-4);
    assertAlmostEquals(score(shift, 5 + shift), score(0, 5), 1e-4);
  }
  assert(Math.abs(score(3, 1) - score(1, 3)) > 1e-2);
  // By hand: pairs (0, 2) and (1, 3) of four, at angles 2 and 2 / 100
  const [a, b] = [2, 0.02];
  assertClose(rotate(tf.tensor2d([[1, 2, 3, 4]]), tf.tensor1d([2])), [
    Math.cos(a) - 3 * Math.sin(a),
    2 * Math.cos(b) - 4 * Math.sin(b),
    3 * Math.cos(a) + Math.sin(a),
    4 * Math.cos(b) + 2 * Math.sin(b),
  ]);
  assertThrows(() => rotate(tf.ones([2, 3]), tf.range(0, 2)), RangeError, "expected an even size, got 3");
});

Deno.test("RelativePositionBias has T5's buckets", () => {
  const causal = new RelativePositionBias("r", { heads: 2, causal: true });
  // Raffel et al.: 32 buckets, of which 16 are exact, the others up to 128
  const places = [-5, 0, 1, 8, 15, 16, 31, 32, 64, 127, 128, 1000];
  assertEquals(places.map((n) => causal.bucket(n)), [0, 0, 1, 8, 15, 16, 21, 21, 26, 31, 31, 31]);
  const both = new RelativePositionBias("r", { heads: 2 });
  assertEquals([0, 1, 7, 8, 16, 127, 1000].map((n) => both.bucket(n)), [0, 1, 7, 8, 10, 15, 15]);
  assertEquals([-1, -8, -16, -1000].map((n) => both.bucket(n)), [17, 24, 26, 31]);
  const table = pattern([32, 2], 1);
  const biases = both.apply({ "r/table": table }, distances(200)).arraySync() as number[][][];
  const numbers = table.arraySync() as number[][];
  for (const [i, j] of [[0, 0], [5, 2], [2, 5], [199, 0], [0, 199], [60, 40]]) {
    for (const head of [0, 1]) assertEquals(biases[head][i][j], numbers[both.bucket(i - j)][head]);
  }
});

Deno.test("RelativeLogits are the products of queries with the vector of each distance", () => {
  const relative = new RelativeLogits("r", { length: 6, headSize: 3 });
  const parameters = patterns(relative.parameters);
  const queries = pattern([2, 2, 4, 3], 5);
  const logits = relative.apply(parameters, queries).arraySync() as number[][][][];
  const at = relative.at(parameters, queries, distances(4).expandDims(0).tile([2, 1, 1]))
    .arraySync() as number[][][][];
  const table = parameters["r/table"].arraySync() as number[][];
  const vectors = queries.arraySync() as number[][][][];
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j <= i; j++) {
      const wanted = vectors[1][1][i].reduce((sum, value, d) => sum + value * table[5 - (i - j)][d], 0);
      assertAlmostEquals(logits[1][1][i][j], wanted, 1e-5);
      assertAlmostEquals(at[1][1][i][j], wanted, 1e-5);
    }
  }
  assertThrows(
    () => relative.apply(parameters, tf.ones([1, 1, 7, 3])),
    RangeError,
    "at most 6 places, got 7",
  );
});

Deno.test("linearBias falls with the distance, at half the slope in each next of eight heads", () => {
  const bias = linearBias(distances(3), 8).arraySync() as number[][][];
  assertEquals(bias[0].map((row) => row.map((x) => x + 0)), [[0, -0.5, -1], [-0.5, 0, -0.5], [-1, -0.5, 0]]);
  assertEquals(bias[7][2][0], -2 / 256);
});
