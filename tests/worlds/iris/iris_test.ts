import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { Iris, type IrisConfig } from "../../../worlds/iris/iris.ts";
import { checkGradients } from "../gradient_check.ts";

await startBackend({ backend: "cpu" });

const TINY: IrisConfig = {
  codes: 5,
  frameCodes: 3,
  actionSize: 1,
  units: 4,
  layers: 1,
  heads: 2,
  window: 4,
  dropout: 0,
  endWeight: 3,
};
const [TIME, COUNT] = [4, 2];
const random = new RandomStream(3);
const numbers = (...shape: number[]) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
const batch = {
  seen: tf.tensor(
    Float32Array.from({ length: TIME * COUNT * 3 }, () => random.integer(0, TINY.codes)),
    [TIME, COUNT, 3],
  ),
  actions: numbers(TIME, COUNT, 1),
  rewards: numbers(TIME, COUNT),
  costs: tf.zeros([TIME, COUNT]),
  dones: tf.tensor2d([[0, 0], [1, 0], [0, 0], [0, 0]]),
  resets: tf.tensor2d([[1, 0], [0, 0], [1, 0], [0, 0]]),
};
const seed = seedTensor([1, 2]);
const read = (tensor: tf.Tensor) => tensor.dataSync()[0];
const iris = new Iris(TINY);
const parameters = initialiseParameters(iris.parameters, new RandomStream(5));
for (const name of Object.keys(parameters)) {
  // tables larger than fresh ones, so that norms do not bend the loss within a finite difference
  if (name.endsWith("/table")) parameters[name] = parameters[name].mul(30);
}
const losses = (p: NamedTensors = parameters, b = batch) => iris.loss(p, b, seed);

Deno.test("the loss is the sum of its parts, and its gradient agrees with finite differences", () => {
  const { loss, codes, reward, cost, done } = losses();
  assertAlmostEquals(read(loss), read(tf.addN([codes, reward, cost, done])), 1e-5);
  checkGradients(losses, parameters);
});

Deno.test("a head that says nothing is surprised by log K nats a code, and one that knows the only code by none", () => {
  const [kernel, bias] = ["iris/nextCode/output/kernel", "iris/nextCode/output/bias"];
  const silent = { ...parameters, [kernel]: parameters[kernel].zerosLike() };
  assertAlmostEquals(read(losses(silent).codes), Math.log(TINY.codes), 1e-5);
  const sure = { ...silent, [bias]: tf.tensor1d([0, 0, 30, 0, 0]) };
  assertAlmostEquals(read(losses(sure, { ...batch, seen: batch.seen.zerosLike().add(2) }).codes), 0, 1e-5);
});

Deno.test("nothing foresees an episode's first code, nor reads what was before it", () => {
  const changed = (t: number, code: number) => {
    const buffer = tf.buffer([TIME, COUNT, 3], "float32", batch.seen.dataSync<"float32">().slice());
    buffer.set((buffer.get(t, 0, code) + 1) % TINY.codes, t, 0, code);
    return buffer.toTensor();
  };
  // each code of an episode's frames is foreseen from those before it; with two codes a decision only the first counts
  const bare = new Iris({ ...TINY, frameCodes: 1 });
  const own = initialiseParameters(bare.parameters, new RandomStream(5));
  const single = (seen: tf.Tensor, resets: tf.Tensor) =>
    read(bare.loss(own, { ...batch, seen: seen.slice([0, 0, 0], [-1, -1, 1]), resets }, seed).codes);
  const last = changed(TIME - 1, 0); // nothing follows it
  const alone = tf.tensor2d([[1, 0], [0, 0], [0, 0], [1, 0]]);
  assertEquals(single(last, alone), single(batch.seen, alone));
  assert(Math.abs(single(last, batch.resets) - single(batch.seen, batch.resets)) > 1e-4);
  const everywhere = tf.ones([TIME, COUNT]);
  const before = (shift: number) =>
    read(
      losses(parameters, { ...batch, actions: batch.actions.add(shift), resets: everywhere as tf.Tensor2D })
        .codes,
    );
  assertEquals(before(0), before(5));
});

Deno.test("the loss is a function of parameters, batch and seed", () => {
  const dropping = new Iris({ ...TINY, dropout: 0.2 });
  const all = (number: number) =>
    Object.values(dropping.loss(parameters, batch, seedTensor([number, 1]))).map(read);
  assert(all(1).every(Number.isFinite));
  assertEquals(all(1), all(1));
  assert(all(1)[0] !== all(2)[0]);
});
