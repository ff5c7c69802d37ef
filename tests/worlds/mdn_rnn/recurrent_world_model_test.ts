import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box } from "../../../envs/spaces.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import type { Rollout } from "../../../worlds/experience.ts";
import { RecurrentWorldModel } from "../../../worlds/mdn_rnn/recurrent_world_model.ts";
import { seededNoise } from "../../../worlds/noise.ts";
import type { WorldState } from "../../../worlds/world_model.ts";
import { tinyWorld } from "../tiny_world.ts";

await startBackend({ backend: "cpu" });

const { worldModel, parameters } = tinyWorld();
const { vision, memory } = worldModel;
const frames = tf.randomUniform([2, 64, 64, 3], 0, 1, "float32", 4);
const action = tf.tensor2d([[0.5, -0.5], [1, 0]]);
const reward = tf.tensor1d([3, 4]);
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
  const seen = worldModel.observe(parameters, state, { frames, action, reward, first: tf.tensor1d([0, 1]) });
  const goesOn = tf.tensor2d([[1], [0]]);
  assertClose(seen.hidden, after.hidden.mul(goesOn));
  assertClose(seen.cell, after.cell.mul(goesOn));
  assertClose(seen.latents, vision.encode(parameters, frames).mu);
});

Deno.test("with noise observe() draws what is seen from vision's distribution", () => {
  const noise = { latents: tf.tensor2d([[1, -2, 0], [0.5, 3, -1]]) };
  const seen = worldModel.observe(parameters, state, { frames, action, reward, first: tf.zeros([2]) }, noise);
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

/** Two environments over three decisions; every number tells its place. */
function rollout(): Rollout {
  const [streams, decisions] = [2, 3];
  const numbers = (size: number, scale = 1) =>
    Float32Array.from({ length: streams * decisions * size }, (_, i) => scale * i);
  const zeros = () => new Float32Array(6);
  return {
    streams,
    decisions,
    actionSize: 2,
    actions: numbers(2, 0.1),
    rewards: zeros(),
    dones: zeros(),
    resets: Float32Array.of(1, 1, 0, 0, 0, 0),
    costs: zeros(),
    seeds: new Int32Array(6),
    encodings: { mu: numbers(3, 0.1), logVar: numbers(3).fill(Math.log(0.04)) },
    states: { hidden: numbers(4), cell: numbers(4, -1) },
  };
}

Deno.test("dreams start where rollouts stood, with latents drawn from what was seen; at first frames with an empty memory", () => {
  const one = rollout();
  const places = [{ rollout: one, t: 2, n: 1 }, { rollout: one, t: 0, n: 1 }]; // rows 5 and 1 of [T, N]
  const { latents, hidden, cell } = worldModel.startsAt({}, places, new RandomStream(5));
  assertEquals([...hidden.dataSync()], [20, 21, 22, 23, 4, 5, 6, 7]);
  assertEquals([...cell.dataSync()], [-20, -21, -22, -23, -4, -5, -6, -7]);
  const random = new RandomStream(5);
  [15, 16, 17, 3, 4, 5].forEach((i, k) => {
    assertAlmostEquals(latents.dataSync()[k], 0.1 * i + 0.2 * random.normal(), 1e-5);
  });
  delete one.states;
  const first = worldModel.firstStarts({}, places.slice(1), new RandomStream(5));
  assertEquals(first.latents.shape, [1, 3]);
  assertEquals([...first.hidden.dataSync(), ...first.cell.dataSync()], new Array(8).fill(0));
});

Deno.test("unroll() gives the states that observe() passes through with the means of what was seen", async () => {
  const one = rollout();
  const { hidden } = await worldModel.unroll(parameters, one);
  const row = (values: Float32Array, at: number, size: number) =>
    tf.tensor2d(values.slice(at * size, (at + 1) * size), [1, size]);
  let state: WorldState = { ...worldModel.initial(1), latents: row(one.encodings!.mu, 0, 3) };
  for (const t of [0, 1]) {
    const observed = {
      frames: frames.slice([0], [1]),
      action: row(one.actions, 2 * t, 2),
      reward: tf.zeros([1]),
      first: tf.zeros([1]),
    };
    const next = worldModel.observe(parameters, state, observed);
    assertClose(row(hidden, 2 * (t + 1), 4), next.hidden);
    state = { ...next, latents: row(one.encodings!.mu, 2 * (t + 1), 3) };
  }
});

Deno.test("actions of another size than the memory's are refused", () => {
  assertEquals(worldModel.actions.explain([1, -1]), undefined);
  assertThrows(
    () => new RecurrentWorldModel(vision, memory, new Box(0, 1, { shape: [3] })),
    RangeError,
    "Cannot make a world model: expected actions of 2 numbers, got 3",
  );
});
