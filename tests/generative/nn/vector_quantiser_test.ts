import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { splitStatistics, Statistics } from "../../../generative/nn/statistics.ts";
import { VectorQuantiser } from "../../../generative/nn/vector_quantiser.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";

await startBackend({ backend: "cpu" });

const CODEBOOK = [[0, 0], [4, 0], [0, 4]];
const quantiser = new VectorQuantiser("q", { codes: 3, size: 2, decay: 0.5, leastUse: 0.1 });
const parameters = { "q/codebook": tf.tensor2d(CODEBOOK), "q/uses": tf.tensor1d([2, 2, 2]) };
const x = tf.tensor3d([[[1, 0], [3, 1]], [[5, 0], [1, 3]]]);

/** Codebook and uses after a batch. */
function follow(
  quantiser: VectorQuantiser,
  parameters: NamedTensors,
  x: tf.Tensor,
  seed = 1,
): { codebook: number[][]; uses: number[] } {
  const statistics = new Statistics();
  quantiser.apply(parameters, x, { statistics, seed: seedTensor([seed, 2]) });
  const found = splitStatistics(statistics.parts).statistics;
  return {
    codebook: found["q/codebook"].arraySync() as number[][],
    uses: found["q/uses"].arraySync() as number[],
  };
}

Deno.test("each vector becomes the nearest code, and codes become their vectors again", () => {
  const { codes, vectors, commitment } = quantiser.apply(parameters, x);
  assertEquals([codes.dtype, codes.arraySync()], ["int32", [[0, 1], [1, 2]]]);
  assertEquals(vectors.arraySync(), [[[0, 0], [4, 0]], [[4, 0], [0, 4]]]);
  assertEquals(commitment.arraySync(), [[1, 2], [1, 2]]);
  assertEquals(quantiser.decode(parameters, codes).arraySync(), vectors.arraySync());
  assertEquals(
    quantiser.encode(parameters, quantiser.decode(parameters, codes)).arraySync(),
    codes.arraySync(),
  );
});

Deno.test("gradients go straight through the codes, and the commitment draws the input to its code", () => {
  const weights = tf.tensor3d([[[1, -2], [3, 4]], [[5, 6], [-7, 8]]]);
  const through = tf.grad((x: tf.Tensor) => quantiser.apply(parameters, x).vectors.mul(weights).sum());
  assertEquals(through(x).arraySync(), weights.arraySync());
  const committed = tf.grad((x: tf.Tensor) => quantiser.apply(parameters, x).commitment.sum());
  assertEquals(committed(x).arraySync(), [[[2, 0], [-2, 2]], [[2, 0], [2, -2]]]); // 2 (x - code)
});

Deno.test("codes are the moving means of the vectors that they stand for", () => {
  const { codebook, uses } = follow(quantiser, parameters, x);
  assertEquals(uses, [1.5, 2, 1.5]); // half of 2, and half of 1, 2, 1
  const expected = [[0.5 / 1.5, 0], [(4 + 0.5 * 8) / 2, 0.5 / 2], [0.5 / 1.5, (4 + 1.5) / 1.5]];
  codebook.flat().forEach((value, i) => assertAlmostEquals(value, expected.flat()[i], 1e-5));
});

Deno.test("a dead code starts anew at a vector of the batch, in proportion to its distance from the nearest code", () => {
  const dead = { ...parameters, "q/uses": tf.tensor1d([2, 2, 0.01]) };
  const batch = tf.tensor2d([[0, 0], [0, 0], [4, 0], [0, -3], [4, 1]]); // distances 0, 0, 0, 9, 1
  const drawn = Array.from({ length: 60 }, (_, seed) => follow(quantiser, dead, batch, seed));
  const places = drawn.map(({ codebook }) => String(codebook[2]));
  assertEquals([...new Set(places)].toSorted(), ["0,-3", "4,1"]);
  assert(places.filter((place) => place === "0,-3").length > 45, `${places}`);
  for (const { uses } of drawn) assertAlmostEquals(uses[2], 5 / 3, 1e-6);
  const kept = new VectorQuantiser("q", { ...quantiser.options, leastUse: 0 });
  assertEquals(follow(kept, dead, batch).codebook[2], [0, 4]);
});

Deno.test("the first batch seeds the codebook, and codes settle where vectors are", () => {
  const quantiser = new VectorQuantiser("q", { codes: 16, size: 2 });
  let parameters = initialiseParameters(quantiser.parameters, new RandomStream(1));
  const random = new RandomStream(2);
  const centres = [[10, 10], [-10, 10], [10, -10], [-10, -10]];
  const batch = tf.tensor2d(
    Array.from({ length: 64 }, (_, i) => centres[i % 4].map((value) => value + 0.1 * random.normal())),
  );
  for (let seed = 0; seed < 3; seed++) {
    const { codebook, uses } = follow(quantiser, parameters, batch, seed);
    parameters = { "q/codebook": tf.tensor2d(codebook), "q/uses": tf.tensor1d(uses) };
  }
  const worst = quantiser.apply(parameters, batch).commitment.max().dataSync()[0];
  assert(worst < 1, `${worst}`);
});

Deno.test("the codes in use are counted by the entropy of their uses", () => {
  const used = (uses: number[]) =>
    quantiser.perplexity({ ...parameters, "q/uses": tf.tensor1d(uses) }).dataSync()[0];
  assertAlmostEquals(used([5, 5, 5]), 3, 1e-4);
  assertAlmostEquals(used([7, 0, 0]), 1, 1e-4);
  assertAlmostEquals(used([1, 1, 0]), 2, 1e-4);
});

Deno.test("it refuses a single code, and vectors of another size", () => {
  assertThrows(() => new VectorQuantiser("q", { codes: 1, size: 2 }), RangeError, "two codes or more, got 1");
  assertThrows(
    () => quantiser.encode(parameters, tf.zeros([3, 4])),
    TypeError,
    "expected [.., 2], got [3,4]",
  );
});
