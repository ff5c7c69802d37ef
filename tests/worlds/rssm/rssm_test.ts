import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { CategoricalLatents, GaussianLatents } from "../../../worlds/parts/latents.ts";
import { Rssm, type RssmConfig } from "../../../worlds/rssm/rssm.ts";
import type { Sight } from "../../../worlds/parts/sight.ts";
import { checkGradients } from "../gradient_check.ts";

await startBackend({ backend: "cpu" });

/** Sees two numbers as they are; knows them again where z begins with them. */
const plain: Sight = {
  parameters: {},
  size: 2,
  embed: (_, seen) => seen,
  error: (_, features, seen) => features.slice([0, 0], [-1, 2]).sub(seen).square().sum(1),
  picture: (_, features) => tf.zeros([features.shape[0], 64, 64, 3]),
};

const CONFIG: RssmConfig = {
  actionSize: 1,
  units: 3,
  hiddenUnits: 4,
  dynamicsScale: 0.5,
  representationScale: 0.1,
  freeNats: 0,
  decodeEvery: 2,
  endWeight: 3,
};
const [TIME, COUNT] = [4, 2];
const random = new RandomStream(3);
const numbers = (...shape: number[]) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
const batch = {
  seen: numbers(TIME, COUNT, 2),
  actions: numbers(TIME, COUNT, 1),
  rewards: numbers(TIME, COUNT),
  costs: tf.zeros([TIME, COUNT]),
  dones: tf.tensor2d([[0, 0], [1, 0], [0, 0], [0, 0]]),
  resets: tf.tensor2d([[1, 0], [0, 0], [1, 0], [0, 0]]),
};
const seed = seedTensor([1, 2]);

function make(changes: Partial<RssmConfig> = {}, latents = new GaussianLatents(2) as Rssm["latents"]) {
  const rssm = new Rssm({ ...CONFIG, ...changes }, latents, plain);
  const parameters = initialiseParameters(rssm.parameters, new RandomStream(5));
  return { rssm, parameters, losses: (p: NamedTensors = parameters, b = batch) => rssm.loss(p, b, seed) };
}
const read = (tensor: tf.Tensor) => tensor.dataSync()[0];

Deno.test("the loss is the sum of its weighted parts, and the gradient through the whole sequence agrees with finite differences", () => {
  const { parameters, losses } = make();
  const { loss, reconstruction, reward, cost, done, dynamics, representation } = losses();
  const parts = [reconstruction, reward, cost, done, dynamics.mul(0.5), representation.mul(0.1)];
  assertAlmostEquals(read(loss), read(tf.addN(parts)), 1e-4);
  // The divergences stop gradients on purpose: their values move with more than their gradients say.
  checkGradients((p) => {
    const all = losses(p);
    return { ...all, loss: tf.addN([all.reconstruction, all.reward, all.cost, all.done]) };
  }, parameters);
});

Deno.test("one divergence teaches the prior, the other the posterior and not the prior", () => {
  const { parameters, losses } = make();
  const pull = (part: "dynamics" | "representation", network: string) => {
    const key = `rssm/${network}/output/kernel`;
    const slope = tf.grad((kernel: tf.Tensor) => {
      const all = losses({ ...parameters, [key]: kernel }, { ...batch, resets: alone });
      return all[part].asScalar();
    });
    return read(slope(parameters[key]).abs().sum());
  };
  // Without h that goes on, no gradient reaches a network through the steps before.
  const alone = tf.tensor2d([[1, 1], [0, 0], [1, 1], [0, 0]]);
  assert(pull("dynamics", "prior") > 1e-4 && pull("representation", "posterior") > 1e-4);
  assertEquals(pull("representation", "prior"), 0);
});

Deno.test("free nats bound the divergences from below and leave the report as it is", () => {
  const [free, bound] = [make().losses(), make({ freeNats: 50 }).losses()];
  assertEquals([read(bound.dynamics), read(bound.representation)], [50, 50]);
  assertAlmostEquals(read(bound.divergence), read(free.divergence), 1e-6);
});

Deno.test("an episode begins anew: what was before a reset changes nothing after it", () => {
  const { losses } = make({ decodeEvery: 4 }); // the last step alone is decoded
  const before = losses();
  const other = batch.actions.add(tf.tensor([5, 0, 5, 0, 0, 0, 0, 0], [TIME, COUNT, 1])); // before the reset of row 0
  const after = losses(undefined, { ...batch, actions: other });
  assertAlmostEquals(read(after.reconstruction), read(before.reconstruction), 1e-6);
  assert(Math.abs(read(after.dynamics) - read(before.dynamics)) > 1e-4);
});

Deno.test("z of both kinds has as many numbers as it says, and losses are finite", () => {
  for (const latents of [new GaussianLatents(3), new CategoricalLatents(2, 4)]) {
    const { rssm, losses } = make({}, latents);
    assertEquals(rssm.featureSize, latents.size + 3);
    for (const [name, value] of Object.entries(losses())) assert(Number.isFinite(read(value)), name);
  }
});
