import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { CategoricalLatents, fixed, GaussianLatents } from "../../../worlds/parts/latents.ts";

await startBackend({ backend: "cpu" });

const categorical = new CategoricalLatents(2, 3);
const gaussian = new GaussianLatents(2);
const random = new RandomStream(1);
const draws = (rows: number, size: number) =>
  tf.tensor2d(Float32Array.from({ length: rows * size }, () => random.uniform()), [rows, size]);

Deno.test("categorical samples are one-hot, as often as the probabilities say, and one hundredth is uniform", () => {
  const rows = 4000, logits = [0, 1, 2, 60, -60, 0];
  const distribution = categorical.read(tf.tensor2d([logits]).tile([rows, 1]));
  const samples = categorical.sample(distribution, draws(rows, 2));
  assertEquals([...samples.reshape([-1, 3]).sum(1).dataSync()].every((sum) => sum === 1), true);
  const softmax = [...tf.softmax(tf.tensor1d([0, 1, 2])).dataSync(), 1, 0, 0];
  samples.mean(0).dataSync().forEach((share, i) =>
    assertAlmostEquals(share, 0.99 * softmax[i] + 0.01 / 3, 0.03)
  );
  const least = Math.min(...distribution.logProbabilities.dataSync());
  assertAlmostEquals(Math.exp(least), 0.01 / 3, 1e-6);
});

Deno.test("a categorical sample's gradient is that of its probabilities; the coldest sample is the mode", () => {
  const [outputs, noise, weights] = [tf.tensor2d([[0.2, -1, 1, 3, 0, 1]]), draws(1, 2), tf.range(0, 6)];
  const through = (outputs: tf.Tensor) =>
    categorical.sample(categorical.read(outputs), noise).mul(weights).sum();
  const smooth = (outputs: tf.Tensor) =>
    categorical.read(outputs).logProbabilities.exp().reshape([1, 6]).mul(weights).sum();
  const [got, wanted] = [tf.grad(through)(outputs), tf.grad(smooth)(outputs)].map((t) => t.dataSync());
  wanted.forEach((value, i) => assertAlmostEquals(got[i], value, 1e-6));
  const distribution = categorical.read(outputs);
  assertEquals([...categorical.mode(distribution).dataSync()], [0, 0, 1, 1, 0, 0]);
  assertEquals([...categorical.sample(distribution, noise, 0).dataSync()], [0, 0, 1, 1, 0, 0]);
});

Deno.test("Gaussian samples are reparametrised, the temperature scales the variance", () => {
  const distribution = gaussian.read(tf.tensor2d([[1, -2, 0, 5]]));
  const [mean, deviation] = [distribution.mean, distribution.deviation].map((t) => t.dataSync());
  assertAlmostEquals(deviation[0], Math.LN2 + 0.1, 1e-6);
  const noise = tf.tensor2d([[0.5, -1]]);
  gaussian.sample(distribution, noise, 0.25).dataSync().forEach((value, i) =>
    assertAlmostEquals(value, mean[i] + 0.5 * deviation[i] * noise.dataSync()[i], 1e-5)
  );
  assertEquals(gaussian.mode(distribution).dataSync(), mean);
});

Deno.test("divergences are those of the definition, 0 between equals, and no gradient leaves a fixed distribution", () => {
  const p = categorical.read(tf.tensor2d([[0, 1, 2, 0, 0, 3]]));
  const q = categorical.read(tf.tensor2d([[1, 0, 0, 2, -1, 1]]));
  let wanted = 0;
  const [logP, logQ] = [p, q].map(({ logProbabilities }) => logProbabilities.dataSync());
  logP.forEach((log, i) => wanted += Math.exp(log) * (log - logQ[i]));
  assertAlmostEquals(categorical.divergence(p, q).dataSync()[0], wanted, 1e-5);
  assertAlmostEquals(categorical.divergence(p, p).dataSync()[0], 0, 1e-6);

  const [one, other] = [[0.5, 0, 1, 2], [0, 1, 0, 1]].map((row) => gaussian.read(tf.tensor2d([row])));
  // The mean of log p - log q over samples of p.
  const rows = 40_000;
  const noise = tf.tensor2d(Float32Array.from({ length: rows * 2 }, () => random.normal()), [rows, 2]);
  const samples = gaussian.sample(one, noise);
  const log = ({ mean, deviation }: typeof one) =>
    samples.sub(mean).div(deviation).square().mul(-0.5).sub(deviation.log()).sum(1);
  const measured = log(one).sub(log(other)).mean().dataSync()[0];
  assertAlmostEquals(gaussian.divergence(one, other).dataSync()[0], measured, 0.03);

  const stopped = tf.grad((outputs) => gaussian.divergence(fixed(gaussian.read(outputs)), other).sum());
  assertEquals([...stopped(tf.tensor2d([[0.5, 0, 1, 2]])).dataSync()], [0, 0, 0, 0]);
});
