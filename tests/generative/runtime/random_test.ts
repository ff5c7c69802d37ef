import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  categorical,
  compile,
  foldSeed,
  normal,
  seedAt,
  seedTensor,
  seedTensors,
  startBackend,
  uniform,
} from "../../../generative/runtime/mod.ts";

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

function statistics(tensor: tf.Tensor): { mean: number; deviation: number } {
  const { mean, variance } = tf.moments(tensor);
  return { mean: mean.dataSync()[0], deviation: Math.sqrt(variance.dataSync()[0]) };
}

for (const backend of ["tensorflow", "cpu"]) {
  Deno.test(`${backend}: numbers follow from the seed alone, with the right distributions`, async () => {
    await startBackend();
    await tf.setBackend(backend);
    try {
      const seed = seedTensor([11, 2 ** 31 - 1]);
      assertEquals(values(normal([5], seed)), values(normal([5], seedTensor([11, 2 ** 31 - 1]))));
      assertNotEquals(values(normal([5], seed)), values(normal([5], seedTensor([12, 2 ** 31 - 1]))));

      const gaussian = statistics(normal([200, 100], seed));
      assertAlmostEquals(gaussian.mean, 0, 0.03);
      assertAlmostEquals(gaussian.deviation, 1, 0.03);
      const flat = uniform([200, 100], foldSeed(seed, 1));
      assertAlmostEquals(statistics(flat).mean, 0.5, 0.01);
      assertAlmostEquals(statistics(flat).deviation, Math.sqrt(1 / 12), 0.01);
      assert(flat.min().dataSync()[0] >= 0 && flat.max().dataSync()[0] < 1);

      const probabilities = [0.1, 0.6, 0.3];
      const logits = tf.log(tf.tensor(probabilities)).broadcastTo([100, 200, 3]);
      const classes = categorical(logits, foldSeed(seed, 2));
      assertEquals([classes.shape, classes.dtype], [[100, 200], "int32"]);
      probabilities.forEach((probability, k) =>
        assertAlmostEquals(classes.equal(k).cast("float32").mean().dataSync()[0], probability, 0.015)
      );
    } finally {
      await tf.setBackend("tensorflow");
    }
  });

  Deno.test(`${backend}: folded seeds are independent of each other and of their parent`, async () => {
    await startBackend();
    await tf.setBackend(backend);
    try {
      const seed = seedTensor([5, 6]);
      const seeds = [
        seed,
        foldSeed(seed, 0),
        foldSeed(seed, 1),
        foldSeed(foldSeed(seed, 0), 0),
        foldSeed(seedTensor([6, 5]), 0),
      ];
      assertEquals(new Set(seeds.map((seed) => values(seed).join())).size, seeds.length);
      const draws = seeds.map((seed) => normal([2000], seed));
      for (let i = 0; i < draws.length; i++) {
        for (let j = 0; j < i; j++) assertAlmostEquals(draws[i].mul(draws[j]).mean().dataSync()[0], 0, 0.1);
      }
      assertEquals(values(foldSeed(seed, 9)), values(foldSeed(seedTensor([5, 6]), 9)));
      assertEquals(values(foldSeed(seed, tf.scalar(9, "int32"))), values(foldSeed(seed, 9)));
      const many = seedTensors([[5, 6], [7, 2 ** 31 - 1], [0, 3]]);
      assertEquals(values(seedAt(many, tf.scalar(1, "int32"))), [7, 2 ** 31 - 1]);
    } finally {
      await tf.setBackend("tensorflow");
    }
  });

  Deno.test(`${backend}: no gradient flows through a sample, and none is missed`, async () => {
    await startBackend();
    await tf.setBackend(backend);
    try {
      const gradient = tf.grad((x) => {
        const picked = categorical(x, seedTensor([1, 2])).cast("float32");
        return x.sum().add(picked.sum());
      })(tf.tensor([[0.5, -1], [2, 3]]));
      assertEquals(values(gradient), [1, 1, 1, 1]);
    } finally {
      await tf.setBackend("tensorflow");
    }
  });
}

Deno.test("a seed that comes out of a computation works on the CPU backend as well", async () => {
  await startBackend();
  await tf.setBackend("cpu");
  try {
    const seeds = tf.tensor([[1, 2], [3, 4]], [2, 2], "int32");
    assertEquals(
      values(normal([3], seeds.slice([1, 0], [1, 2]).as1D())),
      values(normal([3], seedTensor([3, 4]))),
    );
  } finally {
    await tf.setBackend("tensorflow");
  }
});

Deno.test("a compiled step draws anew from each seed", async () => {
  await startBackend();
  const draw = compile((seed: tf.Tensor) => normal([4], foldSeed(seed, 3)));
  const eager = (pair: [number, number]) => values(normal([4], foldSeed(seedTensor(pair), 3)));
  assertEquals(values(draw(seedTensor([1, 1]))), eager([1, 1]));
  assertEquals(values(draw(seedTensor([1, 2]))), eager([1, 2]));
  assertNotEquals(eager([1, 1]), eager([1, 2]));
});

Deno.test("bad seeds are refused", async () => {
  await startBackend();
  assertThrows(() => seedTensor([-1, 0]), RangeError, "0 .. 2147483647");
  assertThrows(() => seedTensor([0, 2 ** 31]), RangeError, "got 0,2147483648");
  assertThrows(() => foldSeed(seedTensor([0, 0]), 0.5), RangeError, "got 0.5");
  assertThrows(() => foldSeed(seedTensor([0, 0]), tf.scalar(1)), TypeError, "label int32 [], got float32 []");
  assertThrows(() => normal([2], tf.zeros([2])), TypeError, "float32 [2]");
  assertThrows(() => uniform([2], tf.zeros([3], "int32")), TypeError, "int32 [3]");
});
