import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Rollout } from "../../../worlds/experience.ts";
import { recurrentBaselines, UntrainedMemoryModel } from "../../../worlds/mdn_rnn/baselines.ts";
import { RandomStream } from "../../../core/mod.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { Memory, RecurrentWorldModel, seededNoise, Vision, type WorldState } from "../../../worlds/mod.ts";
import { TINY_MEMORY, TINY_VISION } from "../tiny_world.ts";

await startBackend();

const trained = new RecurrentWorldModel(new Vision(TINY_VISION), new Memory(TINY_MEMORY));
const model = new UntrainedMemoryModel(trained);
const { latentSize, actionSize, units } = trained.memory.config;
const random = new RandomStream(4);
const world = initialiseParameters(trained.parameters, random.fork("trained"));
const features = initialiseParameters(model.untrained.parameters, random.fork("features"));
const parameters = { ...world, ...features };
const draw = (...shape: number[]) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);

Deno.test("the dream is the trained memory's, and what is seen is the untrained one's", () => {
  const noise = seededNoise(model.noise.imagine, seedTensor([1, 2]), { rows: 3 });
  const latents = draw(3, latentSize);
  let state: WorldState = { ...model.initial(3), latents };
  let alone: WorldState = { ...trained.initial(3), latents };
  let seen = model.untrained.initialState(3);
  for (let t = 0; t < 3; t++) {
    const action = draw(3, actionSize);
    seen = model.untrained.advance(parameters, { latents: alone.latents, action }, seen);
    const next = model.imagine(parameters, state, action, noise);
    const reference = trained.imagine(parameters, alone, action, noise);
    for (const name of ["reward", "doneLogit"] as const) {
      assertEquals(next[name].dataSync(), reference[name].dataSync(), name);
    }
    assertEquals(next.measures.cost.dataSync(), reference.measures.cost.dataSync());
    assertEquals(next.state.latents.dataSync(), reference.state.latents.dataSync());
    [state, alone] = [next.state, reference.state];
    const wanted = tf.concat([alone.latents, seen.hidden], 1);
    assertEquals(model.features(parameters, state).dataSync(), wanted.dataSync());
  }
  assertNotEquals(state.hidden.dataSync(), alone.hidden.dataSync());
});

Deno.test("awake it sees what the trained model sees; both memories follow, and forget at an episode's start", () => {
  const observe = (first: number[], state: WorldState) =>
    model.observe(parameters, state, {
      frames: tf.fill([2, 64, 64, 3], 0.3),
      action: tf.fill([2, actionSize], 0.5),
      reward: tf.zeros([2]),
      first: tf.tensor1d(first),
    });
  const before = observe([0, 0], observe([1, 1], model.initial(2)));
  const { latents, hidden, cell } = observe([0, 1], before);
  const seen = { hidden: before.hidden, cell: before.cell.split(3, 1)[0] };
  const input = { latents: before.latents, action: tf.fill([2, actionSize], 0.5) };
  const wanted = model.untrained.advance(parameters, input, seen).hidden.dataSync();
  assertEquals(hidden.dataSync().slice(0, units), wanted.slice(0, units));
  assertEquals(
    [...hidden.dataSync().slice(units), ...cell.dataSync().slice(3 * units)].map(Math.abs),
    new Array(4 * units).fill(0),
  );
  assertEquals(
    latents.dataSync(),
    trained.vision.encode(parameters, tf.fill([2, 64, 64, 3], 0.3)).mu.dataSync(),
  );
});

Deno.test("vision only shows a policy the latents alone, of the same dream", () => {
  const [{ name, model: blind }] = recurrentBaselines(trained);
  assertEquals(name, "vision only");
  const state = { ...blind.initial(2), latents: draw(2, latentSize), hidden: draw(2, units) };
  assertEquals(blind.featureSize, latentSize);
  assertEquals(blind.features(parameters, state).dataSync(), state.latents.dataSync());
  const noise = seededNoise(model.noise.imagine, seedTensor([1, 2]), { rows: 2 });
  const action = tf.zeros([2, actionSize]);
  const [next, reference] = [blind, trained].map((one) => one.imagine(parameters, state, action, noise));
  assertEquals(next.state.latents.dataSync(), reference.state.latents.dataSync());
});

Deno.test("unroll() gives both memories' states before each decision", async () => {
  const [streams, decisions] = [2, 5];
  const numbers = (size: number) =>
    Float32Array.from({ length: streams * decisions * size }, () => random.normal());
  const rollout: Rollout = {
    streams,
    decisions,
    actionSize,
    actions: numbers(actionSize),
    rewards: numbers(1),
    dones: new Float32Array(streams * decisions),
    resets: Float32Array.of(1, 1, 0, 0, 0, 1, 0, 0, 0, 0),
    seeds: new Int32Array(streams * decisions),
    costs: new Float32Array(streams * decisions),
    encodings: { mu: numbers(latentSize), logVar: numbers(latentSize) },
  };
  const states = await model.unroll(parameters, rollout);
  // One step from the state before decision 1 of stream 0 leads to the state before decision 2.
  const at = (array: Float32Array, t: number, size: number) =>
    tf.tensor(array.slice(t * streams * size, t * streams * size + size), [1, size]);
  const before = {
    latents: at(rollout.encodings!.mu, 1, latentSize),
    hidden: at(states.hidden, 1, units),
    cell: at(states.cell, 1, 3 * units),
  };
  const noise = seededNoise(model.noise.imagine, seedTensor([0, 0]), { rows: 1 });
  const next = model.imagine(parameters, before, at(rollout.actions, 1, actionSize), noise);
  for (const [name, size] of [["hidden", units], ["cell", 3 * units]] as const) {
    const [got, wanted] = [next.state[name].dataSync(), at(states[name], 2, size).dataSync()];
    wanted.forEach((value, i) => assertAlmostEquals(got[i], value, 1e-5));
  }
});
