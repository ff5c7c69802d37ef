import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  drawFromLogisticMixture,
  logisticMixtureLogProbability,
  readLogisticMixture,
} from "../../../generative/autoregressive/logistic_mixture.ts";
import { uniform } from "../../../generative/runtime/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { backends, checkGradients, pattern, probe } from "../support/finite_differences.ts";

/** Outputs of a network for mixtures of three: in the middle, at both ends and far beyond, very narrow and very wide. */
const OUTPUTS = [
  [0.3, -1, 2, -0.5, 0.1, 0.9, -3, -1, -4],
  [0, 0, 0, -1, 1, 0, -9, -9, -9],
  [5, 0, 0, -3, 3, 12, -4, -4, -4],
  [1, 2, 3, 0.2, 0.2, 0.2, 6, 8, 3],
];

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

for (const backend of backends) {
  Deno.test(`the probabilities of all 256 bytes sum to 1 (${backend})`, async () => {
    await tf.setBackend(backend);
    const bytes = tf.tile(tf.range(0, 256).expandDims(0), [OUTPUTS.length, 1]);
    const outputs = tf.tile(tf.tensor2d(OUTPUTS).expandDims(1), [1, 256, 1]);
    const logs = logisticMixtureLogProbability(bytes, readLogisticMixture(outputs));
    const sums = logs.exp().sum(1).dataSync();
    for (const sum of sums) assertAlmostEquals(sum, 1, 2e-4);
    assert(logs.dataSync().every(Number.isFinite), "even the least likely byte has a finite logarithm");
  });

  Deno.test(`log probabilities are the logistic's in double precision (${backend})`, async () => {
    await tf.setBackend(backend);
    const [logits, means, raw] = [[0.3, -1, 2], [-0.5, 0.1, 0.9], [-3, -1, -2]];
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const shares = logits.map((x) => Math.exp(x) / logits.reduce((sum, y) => sum + Math.exp(y), 0));
    const expected = (byte: number) =>
      Math.log(shares.reduce((sum, share, k) => {
        const scale = (Math.log1p(Math.exp(raw[k])) + Math.exp(-7)) * 127.5;
        const at = (x: number) => sigmoid((x - 127.5 * (means[k] + 1)) / scale);
        return sum + share * ((byte === 255 ? 1 : at(byte + 0.5)) - (byte === 0 ? 0 : at(byte - 0.5)));
      }, 0));
    const bytes = [0, 1, 60, 128, 200, 254, 255];
    const outputs = tf.tile(tf.tensor2d([[...logits, ...means, ...raw]]), [bytes.length, 1]);
    const actual = logisticMixtureLogProbability(tf.tensor1d(bytes), readLogisticMixture(outputs)).dataSync();
    bytes.forEach((byte, i) => assertAlmostEquals(actual[i], expected(byte), 2e-4));
  });

  Deno.test(`the log probability has the gradients of finite differences, ends included (${backend})`, async () => {
    await tf.setBackend(backend);
    const bytes = tf.tensor1d([0, 3, 127, 250, 255]);
    checkGradients(
      ({ outputs }) => probe(logisticMixtureLogProbability(bytes, readLogisticMixture(outputs))),
      { outputs: pattern([5, 6]) },
      { tolerance: 1e-2 },
    );
  });
}

Deno.test("draws follow the probabilities; temperature 0 draws the likeliest component's mean", () => {
  const count = 40_000;
  const outputs = tf.tile(tf.tensor2d([[0, 1, -1, 0.5, -2.5, -3]]), [count, 1]);
  const mixture = readLogisticMixture(outputs);
  const drawn = numbers(
    drawFromLogisticMixture(mixture, uniform([count, 3], seedTensor([1, 2])), tf.scalar(1)),
  );
  const one = readLogisticMixture(tf.tile(tf.tensor2d([[0, 1, -1, 0.5, -2.5, -3]]), [256, 1]));
  const expected = numbers(logisticMixtureLogProbability(tf.range(0, 256), one).exp());
  let worst = 0;
  const below = (limit: number) => drawn.reduce((sum, byte) => sum + (byte <= limit ? 1 : 0), 0) / count;
  for (const limit of [0, 20, 100, 150, 191, 210, 254]) {
    const probability = expected.slice(0, limit + 1).reduce((sum, p) => sum + p, 0);
    worst = Math.max(worst, Math.abs(below(limit) - probability));
  }
  assert(worst < 0.012, `cumulative shares differ by ${worst}`);
  const sharp = drawFromLogisticMixture(mixture, uniform([count, 3], seedTensor([3, 4])), tf.scalar(0));
  assertEquals([sharp.min().dataSync()[0], sharp.max().dataSync()[0]], [191, 191]);
});
