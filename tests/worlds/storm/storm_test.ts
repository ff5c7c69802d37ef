import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { worldModelPresets } from "../../../agents/train_world_model/config.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box } from "../../../envs/spaces.ts";
import { countParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { worldKind } from "../../../worlds/kinds.ts";
import { CategoricalLatents, GaussianLatents, type Latents } from "../../../worlds/parts/latents.ts";
import { Storm, type StormConfig } from "../../../worlds/storm/storm.ts";
import { checkGradients } from "../gradient_check.ts";
import { plainSight, TINY, tinyStorm } from "./tiny_storm.ts";

await startBackend({ backend: "cpu" });

const [TIME, COUNT] = [4, 2];
const random = new RandomStream(3);
const numbers = (...shape: number[]) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
const batch = {
  seen: numbers(TIME, COUNT, 4),
  actions: numbers(TIME, COUNT, 1),
  rewards: numbers(TIME, COUNT),
  costs: tf.zeros([TIME, COUNT]),
  dones: tf.tensor2d([[0, 0], [1, 0], [0, 0], [0, 0]]),
  resets: tf.tensor2d([[1, 0], [0, 0], [1, 0], [0, 0]]),
};
const seed = seedTensor([1, 2]);
const read = (tensor: tf.Tensor) => tensor.dataSync()[0];

function make(changes: Partial<StormConfig> = {}, latents?: Latents) {
  const { storm, parameters } = tinyStorm(changes, latents);
  return { storm, parameters, losses: (p: NamedTensors = parameters, b = batch) => storm.loss(p, b, seed) };
}

Deno.test("the loss is the sum of its weighted parts, and the gradient through sight, mixer and transformer agrees with finite differences", () => {
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

Deno.test("the gradient by what is seen agrees with finite differences, through z and the tokens", () => {
  const { parameters, losses } = make();
  checkGradients(({ seen }) => {
    const all = losses(parameters, { ...batch, seen });
    return { loss: tf.addN([all.reconstruction, all.reward, all.cost, all.done]) };
  }, { seen: batch.seen });
});

Deno.test("one divergence teaches the prior, the other the encoder and not the prior", () => {
  const { parameters, losses } = make();
  const alone = { ...batch, actions: batch.actions.zerosLike() };
  const pull = (part: "dynamics" | "representation") => {
    const key = "storm/prior/kernel";
    const prior = tf.grad((kernel: tf.Tensor) =>
      losses({ ...parameters, [key]: kernel }, alone)[part].asScalar()
    )(parameters[key]);
    // The last frame is foreseen, and nothing is foreseen from it.
    const seen = tf.grad((seen: tf.Tensor) => losses(parameters, { ...alone, seen })[part].asScalar())(
      batch.seen,
    );
    return [prior, seen.slice([TIME - 1, 0, 0], [1, -1, -1])].map((tensor) => read(tensor.abs().sum()));
  };
  const [[prior, last], [fixedPrior, pulled]] = [pull("dynamics"), pull("representation")];
  assert(prior > 1e-4 && pulled > 1e-4);
  assertEquals([fixedPrior, last], [0, 0]);
});

Deno.test("free nats bound the divergences from below and leave the report as it is", () => {
  const [free, bound] = [make().losses(), make({ freeNats: 50 }).losses()];
  assertEquals([read(bound.dynamics), read(bound.representation)], [50, 50]);
  assertAlmostEquals(read(bound.divergence), read(free.divergence), 1e-6);
});

Deno.test("nothing foresees an episode's first frame, nor reads what was before it", () => {
  const { losses } = make();
  const divergence = (resets: tf.Tensor2D, shift: number) => {
    // The decision of row 0 before its reset.
    const actions = batch.actions.add(tf.tensor([0, 0, shift, 0, 0, 0, 0, 0], [TIME, COUNT, 1]));
    return read(losses(undefined, { ...batch, actions, resets }).divergence);
  };
  assertEquals(divergence(batch.resets, 5), divergence(batch.resets, 0));
  const without = tf.tensor2d([[1, 0], [0, 0], [0, 0], [0, 0]]);
  assert(Math.abs(divergence(without, 5) - divergence(without, 0)) > 1e-4);
  assertEquals(divergence(tf.ones([TIME, COUNT]) as tf.Tensor2D, 0), 0);
});

Deno.test("the loss is a function of parameters, batch and seed, of z of both kinds", () => {
  for (const latents of [new GaussianLatents(2), new CategoricalLatents(2, 2)]) {
    const { storm, parameters } = make({ dropout: 0.2 }, latents);
    const all = (number: number) =>
      Object.values(storm.loss(parameters, batch, seedTensor([number, 1]))).map(read);
    assert(all(1).every(Number.isFinite));
    assertEquals(all(1), all(1));
    assert(all(1)[0] !== all(2)[0]);
  }
});

Deno.test("it has as many parameters as a count by hand, and refuses embeddings that do not fit its latents", () => {
  const kind = worldKind("storm");
  const { model } = kind.create(worldModelPresets(kind).default, {
    actions: new Box(-1, 1, { shape: [2] }),
  });
  const linear = (inputs: number, units: number) => inputs * units + units;
  const convolution = (size: number, inputs: number, filters: number) =>
    size * size * inputs * filters + filters;
  const norm = 2 * 256;
  const encoder = convolution(4, 3, 16) + convolution(4, 16, 32) + convolution(4, 32, 64) +
    convolution(4, 64, 128) + linear(2 * 2 * 128, 16 * 16);
  const decoder = linear(16 * 16, 2 * 2 * 128) + convolution(4, 128, 64) + convolution(4, 64, 32) +
    convolution(4, 32, 16) + convolution(6, 16, 3);
  const mixer = (16 * 16 + 2) * 256 + norm + 256 * 256 + norm;
  const block = 4 * linear(256, 256) + norm + linear(256, 512) + linear(512, 256) + norm;
  const prior = linear(256, 16 * 16);
  const outcomes = 3 * linear(256, 256) + linear(256, 255) + 2 * linear(256, 1);
  assertEquals(encoder + decoder + mixer + 2 * block + prior + outcomes, 2_125_860);
  assertEquals(countParameters(model.parameters), 2_125_860);
  const latents = new GaussianLatents(3);
  assertThrows(
    () => new Storm(TINY, latents, plainSight(new GaussianLatents(2))),
    RangeError,
    "expected embeddings of 6 numbers, got 4",
  );
});
