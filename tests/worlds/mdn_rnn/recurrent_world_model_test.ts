import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Box } from "../../../envs/spaces.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { RecurrentWorldModel } from "../../../worlds/mdn_rnn/recurrent_world_model.ts";
import { seededNoise } from "../../../worlds/noise.ts";
import type { WorldState } from "../../../worlds/world_model.ts";
import { tinyWorld } from "../tiny_world.ts";

await startBackend({ backend: "cpu" });

const { worldModel, parameters } = tinyWorld();
const { vision, memory } = worldModel;
const frames = tf.randomUniform([2, 64, 64, 3], 0, 1, "float32", 4);
const action = tf.tensor2d([[0.5, -0.5], [1, 0]]);
const state: WorldState = {
  latents: tf.tensor2d([[1, 0, -1], [0.5, 0.25, 2]]),
  hidden: tf.tensor2d([[0.1, 0.2, 0.3, 0.4], [-0.4, -0.3, -0.2, -0.1]]),
  cell: tf.tensor2d([[1, 2, 3, 4], [4, 3, 2, 1]]),
};
const after = memory.advance(parameters, { latents: state.latents, action }, {
  hidden: state.hidden,
  cell: state.cell,
});

function assertClose(actual: tf.Tensor, wanted: tf.Tensor): void {
  assertEquals(actual.shape, wanted.shape);
  const [got, expected] = [actual.dataSync(), wanted.dataSync()];
  expected.forEach((value, i) => assertAlmostEquals(got[i], value, 1e-6));
}

Deno.test("observe() advances the memory by what was seen before and the action, then sees; first frames start anew", () => {
  const seen = worldModel.observe(parameters, state, { frames, action, first: tf.tensor1d([0, 1]) });
  const goesOn = tf.tensor2d([[1], [0]]);
  assertClose(seen.hidden, after.hidden.mul(goesOn));
  assertClose(seen.cell, after.cell.mul(goesOn));
  assertClose(seen.latents, vision.encode(parameters, frames).mu);
});

Deno.test("with noise observe() draws what is seen from vision's distribution", () => {
  const noise = { latents: tf.tensor2d([[1, -2, 0], [0.5, 3, -1]]) };
  const seen = worldModel.observe(parameters, state, { frames, action, first: tf.zeros([2]) }, noise);
  const { mu, logVar } = vision.encode(parameters, frames);
  assertClose(seen.latents, mu.add(logVar.div(2).exp().mul(noise.latents)));
});

Deno.test("imagine() leads to the memory that observe() leads to, with latents, reward, end and cost of its own", () => {
  const noise = seededNoise(worldModel.noise.imagine, seedTensor([1, 2]), { rows: 2 });
  const next = worldModel.imagine(parameters, state, action, noise, { temperature: 0.5 });
  assertClose(next.state.hidden, after.hidden);
  assertClose(next.state.cell, after.cell);
  const { latents } = state;
  const { reward, cost, doneLogit } = memory.predict(parameters, after.hidden, { latents, action });
  assertClose(next.reward, reward);
  assertClose(next.doneLogit, doneLogit);
  assertClose(next.measures.cost, cost);
  const other = seededNoise(worldModel.noise.imagine, seedTensor([1, 3]), { rows: 2 });
  assertNotEquals(
    worldModel.imagine(parameters, state, action, other).state.latents.dataSync(),
    worldModel.imagine(parameters, state, action, noise).state.latents.dataSync(),
  );
});

Deno.test("features() are latents and hidden state, picture() is what vision draws", () => {
  const features = worldModel.features(parameters, state);
  assertEquals(features.shape, [2, worldModel.featureSize]);
  assertClose(features, tf.concat([state.latents, state.hidden], 1));
  assertClose(worldModel.picture(parameters, state), vision.decode(parameters, state.latents));
  assertEquals(worldModel.picture(parameters, state).shape.slice(1), [...worldModel.frames]);
});

Deno.test("expectations() hold where a cold dream goes: the mean of the likeliest Gaussian", () => {
  const { reward, done, weights, means, deviations } = worldModel.expectations(parameters, state, action);
  assertEquals([weights.shape, means.shape, deviations.shape], new Array(3).fill([2, 3, 2]));
  const noise = { choice: tf.zeros([2, 3]), value: tf.ones([2, 3]) };
  const next = worldModel.imagine(parameters, state, action, noise, { temperature: 0 });
  assertClose(reward, next.reward);
  assertClose(done, next.doneLogit.sigmoid());
  assertClose(weights.sum(2), tf.ones([2, 3]));
  const likeliest = tf.oneHot(weights.argMax(2), 2);
  assertClose(means.mul(likeliest).sum(2), next.state.latents);
});

Deno.test("actions of another size than the memory's are refused", () => {
  assertEquals(worldModel.actions.explain([1, -1]), undefined);
  assertThrows(
    () => new RecurrentWorldModel(vision, memory, new Box(0, 1, { shape: [3] })),
    RangeError,
    "Cannot make a world model: expected actions of 2 numbers, got 3",
  );
});
