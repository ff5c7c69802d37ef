import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  BatchNorm,
  countParameters,
  dropout,
  Embedding,
  initialiseParameters,
  leakyRelu,
  Linear,
  type NamedTensors,
  Statistics,
} from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { adamW, createTrainStep, initialiseTrainState } from "../../../generative/train/mod.ts";
import { backends, checkGradients, pattern, probe } from "../support/finite_differences.ts";

const numbers = (tensor: tf.Tensor) => [...tensor.dataSync()];

for (const backend of backends) {
  Deno.test(`batch normalisation in training: mean 0, variance 1 of every channel (${backend})`, async () => {
    await tf.setBackend(backend);
    const norm = new BatchNorm("norm", { channels: 3 });
    const parameters = initialiseParameters(norm.parameters, new RandomStream(0));
    const y = norm.apply(parameters, pattern([4, 5, 5, 3]).mul(7).add(2), new Statistics());
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    for (const value of numbers(mean)) assertAlmostEquals(value, 0, 1e-5);
    for (const value of numbers(variance)) assertAlmostEquals(value, 1, 1e-3);
  });

  Deno.test(`batch normalisation has the gradients of finite differences (${backend})`, async () => {
    await tf.setBackend(backend);
    const norm = new BatchNorm("norm", { channels: 2 });
    const fixed = { "norm/movingMean": tf.zeros([2]), "norm/movingVariance": tf.ones([2]) };
    const apply = (tensors: NamedTensors, statistics?: Statistics) =>
      probe(norm.apply({ ...fixed, ...tensors }, tensors.x, statistics));
    const tensors = {
      x: pattern([3, 2, 2, 2]),
      "norm/scale": pattern([2], 1),
      "norm/offset": pattern([2], 2),
    };
    checkGradients((tensors) => apply(tensors, new Statistics()), tensors, { tolerance: 1e-2 });
    checkGradients((tensors) => apply(tensors), tensors);
  });

  Deno.test(`leakyRelu, dropout and embeddings have the gradients of finite differences (${backend})`, async () => {
    await tf.setBackend(backend);
    checkGradients(({ x }) => probe(leakyRelu(x, 0.2)), { x: pattern([3, 4]) });
    const seed = seedTensor([1, 2]);
    checkGradients(({ x }) => probe(dropout(x, 0.4, seed)), { x: pattern([3, 4]) });
    const embedding = new Embedding("words", { tokens: 4, units: 3 });
    const tokens = tf.tensor2d([[0, 3, 3], [1, 0, 3]], [2, 3], "int32");
    checkGradients((tensors) => probe(embedding.apply(tensors, tokens)), { "words/table": pattern([4, 3]) });
  });

  Deno.test(`dropout drops its share and keeps the mean (${backend})`, async () => {
    await tf.setBackend(backend);
    const y = numbers(dropout(tf.ones([20_000]), 0.25, seedTensor([3, 4])));
    assertAlmostEquals(y.filter((value) => value === 0).length / y.length, 0.25, 0.015);
    assertAlmostEquals(y.reduce((sum, value) => sum + value, 0) / y.length, 1, 0.02);
    assertEquals(numbers(dropout(tf.ones([4]), 0, seedTensor([3, 4]))), [1, 1, 1, 1]);
  });
}

Deno.test("moving averages follow what Keras's rule says, also over two passes of one step", () => {
  const norm = new BatchNorm("norm", { channels: 1, momentum: 0.9 });
  const parameters = initialiseParameters(norm.parameters, new RandomStream(0));
  const statistics = new Statistics();
  norm.apply(parameters, tf.tensor2d([[1], [3]]), statistics); // mean 2, variance 1
  norm.apply(parameters, tf.tensor2d([[5], [9]]), statistics); // mean 7, variance 4
  const mean = numbers(statistics.latest("norm/movingMean", parameters["norm/movingMean"]))[0];
  const variance = numbers(statistics.latest("norm/movingVariance", parameters["norm/movingVariance"]))[0];
  assertAlmostEquals(mean, 0.9 * (0.1 * 2) + 0.1 * 7, 1e-6);
  assertAlmostEquals(variance, 0.9 * (0.9 + 0.1 * 1) + 0.1 * 4, 1e-6);
});

Deno.test("a train step keeps statistics as the loss found them, without gradients or moments", async () => {
  const norm = new BatchNorm("norm", { channels: 2, momentum: 0.5 });
  const head = new Linear("head", { inputs: 2, units: 1 });
  const model = {
    parameters: { ...norm.parameters, ...head.parameters },
    loss(parameters: NamedTensors, { x }: NamedTensors) {
      const statistics = new Statistics();
      const y = head.apply(parameters, norm.apply(parameters, x, statistics));
      return { loss: y.square().mean(), ...statistics.parts };
    },
  };
  const optimiser = adamW({ learningRate: 0.1 });
  const state = initialiseTrainState(model, optimiser, new RandomStream(1));
  assert(!Object.keys(state.optimiser).some((name) => name.includes("moving")));
  const step = createTrainStep(model, optimiser);
  const x = tf.tensor2d([[0, 10], [4, 10]]);
  const { state: next, losses } = await step.run(state, { x }, seedTensor([0, 0]));
  assertEquals(numbers(next.parameters["norm/movingMean"]), [1, 5]);
  assertEquals(numbers(next.parameters["norm/movingVariance"]), [2.5, 0.5]);
  assertEquals(Object.keys(losses).sort(), ["gradientNorm", "learningRate", "loss"]);
});

Deno.test("statistics count as parameters, not as trainable ones", () => {
  const { parameters } = new BatchNorm("norm", { channels: 8 });
  assertEquals([countParameters(parameters), countParameters(parameters, { trainable: true })], [32, 16]);
});

Deno.test("rates and slopes out of range are refused", () => {
  assertThrows(() => dropout(tf.ones([2]), 1, seedTensor([0, 0])), RangeError, "expected a rate in [0, 1)");
  assertThrows(() => leakyRelu(tf.ones([2]), 2), RangeError, "expected a slope in [0, 1)");
});
