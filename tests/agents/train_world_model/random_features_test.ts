import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Replay, type Rollout } from "../../../agents/train_world_model/experience.ts";
import { RandomFeaturesModel } from "../../../agents/train_world_model/random_features.ts";
import { RandomStream } from "../../../core/mod.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { Memory, RecurrentWorldModel, unrollStates, Vision } from "../../../worlds/mod.ts";
import { TINY_MEMORY, TINY_VISION } from "../../worlds/tiny_world.ts";

await startBackend();

const trained = new RecurrentWorldModel(new Vision(TINY_VISION), new Memory(TINY_MEMORY));
const model = new RandomFeaturesModel(trained);
const { latentSize, actionSize, units } = trained.memory.config;
const random = new RandomStream(4);
const world = initialiseParameters(trained.parameters, random.fork("trained"));
const features = model.initialiseFeatures(random.fork("features"));
const parameters = { ...world, ...features };
const draw = (...shape: number[]) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);

Deno.test("the dream is the trained memory's, and what is seen is the untrained one's", () => {
  const seed = seedTensor([1, 2]);
  let state = model.initialState(3), latents: tf.Tensor = draw(3, latentSize);
  let alone = trained.initialState(3), dreamt: tf.Tensor = latents;
  let seen = model.features.initialState(3);
  for (let t = 0; t < 3; t++) {
    const action = draw(3, actionSize);
    seen = model.features.advance(parameters, { latents, action }, seen);
    const next = model.step(parameters, { latents, state, action }, seed);
    const reference = trained.step(parameters, { latents: dreamt, state: alone, action }, seed);
    ({ latents, state } = next);
    ({ latents: dreamt, state: alone } = reference);
    for (const name of ["latents", "reward", "cost", "doneLogit"] as const) {
      assertEquals(next[name].dataSync(), reference[name].dataSync(), name);
    }
    assertEquals(state.hidden.dataSync(), seen.hidden.dataSync());
  }
  assertNotEquals(state.hidden.dataSync(), alone.hidden.dataSync());
});

Deno.test("remember() puts both memories' states before each decision into the replay", async () => {
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
    latents: { mu: numbers(latentSize), logVar: numbers(latentSize) },
  };
  rollout.states = await unrollStates(trained.memory, { parameters, ...rollout, ...rollout.latents! });
  const replay = new Replay({ newestShare: 0, ageDecay: 1 });
  replay.add(rollout);
  const { rollouts: [remembered] } = await model.remember(replay, features);
  // One step from the state before decision 1 of stream 0 leads to the state before decision 2.
  const at = (array: Float32Array, t: number, size: number) =>
    tf.tensor(array.slice(t * streams * size, t * streams * size + size), [1, size]);
  const states = remembered.states!;
  const next = model.step(parameters, {
    latents: at(rollout.latents!.mu, 1, latentSize),
    action: at(rollout.actions, 1, actionSize),
    state: { hidden: at(states.hidden, 1, units), cell: at(states.cell, 1, 3 * units) },
  }, seedTensor([0, 0]));
  for (const [name, size] of [["hidden", units], ["cell", 3 * units]] as const) {
    const [got, wanted] = [next.state[name].dataSync(), at(states[name], 2, size).dataSync()];
    wanted.forEach((value, i) => assertAlmostEquals(got[i], value, 1e-5));
  }
});
