import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ActorCritic, createDreamUpdate, type DreamUpdateOptions } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";
import { initialiseParameters } from "../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../generative/runtime/mod.ts";
import { disposeTrainState, type TrainState } from "../../generative/train/mod.ts";
import { Memory, RecurrentWorldModel, SMALL_MEMORY, type Vision } from "../../worlds/mod.ts";
import { learnInToyWorld } from "./support/learn_in_toy_world.ts";
import { toyStart, ToyWorld } from "./support/toy_world.ts";

await startBackend();

const agent = new ActorCritic({ featureSize: 4, hiddenUnits: [16], initialMean: [0, 0] });
const toy = new ToyWorld(2, { keep: 1, push: 0.5, noise: 0.02 });

/** Some updates in the toy world, and the reward of each. */
async function learn(steps: number, options: DreamUpdateOptions = {}, dreams = 32) {
  const update = createDreamUpdate(toy, agent, options);
  const { state, losses } = await learnInToyWorld(update, { agent, toy, steps, dreams });
  return { state, curve: losses.map(({ reward }) => reward) };
}

Deno.test("the actor learns to steer a toy world to its optimum", async () => {
  const { state, curve } = await learn(250, { actorRate: 5e-3, criticRate: 1e-2 });
  assertLess(curve[0], -0.6); // unsteered
  assertGreater(curve.at(-1)!, -0.3);
  // the optimum pushes every latent towards zero
  const features = tf.tensor2d([[0.5, -0.5, 0, 0], [-0.5, 0.5, 0, 0]]);
  const [a, b, c, d] = agent.act(state.parameters, features, seedTensor([1, 1])).dataSync();
  assert(a < -0.3 && b > 0.3 && c > 0.3 && d < -0.3, `${[a, b, c, d]}`);
  disposeTrainState(state);
});

Deno.test("by REINFORCE and normalised returns the actor learns to steer as well", async () => {
  const options = {
    gradient: "reinforce",
    normaliseReturns: true,
    actorRate: 5e-3,
    criticRate: 1e-2,
  } as const;
  const { state, curve } = await learn(300, options, 256);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value) / values.length;
  assertLess(mean(curve.slice(0, 10)), -0.6);
  assertGreater(mean(curve.slice(-20)), -0.4);
  assertGreater(state.optimiser["returns/range"].dataSync()[0], 0);
  disposeTrainState(state);
});

Deno.test("the same seeds give the same numbers, others do not", async () => {
  const [first, second] = [await learn(6), await learn(6)];
  assertEquals(first.curve, second.curve);
  for (const group of ["parameters", "optimiser"] as const) {
    for (const [name, tensor] of Object.entries(first.state[group])) {
      assertEquals(tensor.dataSync(), second.state[group][name].dataSync(), name);
    }
  }
  assertNotEquals(first.curve, (await learn(6, { temperature: 1.5 })).curve);
});

Deno.test("what drives is a moving average of the actor that forgets its start, with the newest critic", async () => {
  const update = createDreamUpdate(toy, agent, { actorAverage: 0.3, actorRate: 1e-2 });
  const step = update.bind(toy.values());
  let state = update.init(agent.initialise(new RandomStream(1)));
  const wanted = new Map(agent.actorNames.map((name) => [name, state.parameters[name].dataSync().slice()]));
  for (let t = 0; t < 4; t++) {
    ({ state } = await step.run(state, { start: toyStart(8, 2) }, seedTensor([t, 2])));
    const decay = Math.min(0.3, (1 + t) / (10 + t)); // 0.1, 0.18, 0.25, 0.3
    for (const name of agent.actorNames) {
      const [newest, average] = [state.parameters[name].dataSync(), wanted.get(name)!];
      newest.forEach((value, i) => average[i] = decay * average[i] + (1 - decay) * value);
    }
  }
  const driver = update.driver(state);
  assertEquals(Object.keys(driver).sort(), Object.keys(state.parameters).sort());
  for (const name of agent.actorNames) {
    const [average, expected] = [driver[name].dataSync(), wanted.get(name)!];
    average.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
    assertNotEquals(average, state.parameters[name].dataSync());
  }
  for (const name of agent.criticNames) assert(driver[name] === state.parameters[name]);
});

Deno.test("without an average the newest actor drives", async () => {
  const update = createDreamUpdate(toy, agent);
  const before = update.init(agent.initialise(new RandomStream(1)));
  const { state } = await update.bind(toy.values()).run(
    before,
    { start: toyStart(8, 2) },
    seedTensor([1, 2]),
  );
  for (const name of agent.actorNames) {
    assertEquals(update.driver(state)[name].dataSync(), state.parameters[name].dataSync());
  }
});

Deno.test("the target critic follows by its rate, from the critic itself", async () => {
  const update = createDreamUpdate(toy, agent, { targetRate: 0.25 });
  const before = update.init(agent.initialise(new RandomStream(1)));
  const { state } = await update.bind(toy.values()).run(
    before,
    { start: toyStart(8, 2) },
    seedTensor([1, 2]),
  );
  for (const name of agent.criticNames) {
    const [old, critic, target] = [
      before.optimiser[`target/${name}`],
      state.parameters[name],
      state.optimiser[`target/${name}`],
    ].map((tensor) => tensor.dataSync());
    assertEquals(old, before.parameters[name].dataSync());
    target.forEach((value, i) => assertAlmostEquals(value, old[i] + 0.25 * (critic[i] - old[i]), 1e-6));
  }
  assertEquals(Object.keys(state.parameters).sort(), Object.keys(before.parameters).sort());
  assertEquals(Object.keys(state.optimiser).sort(), Object.keys(before.optimiser).sort());
  update.dispose();
});

Deno.test("a retrained world is bound without compiling anew, and counts", async () => {
  const update = createDreamUpdate(toy, agent);
  const state = update.init(agent.initialise(new RandomStream(1)));
  const reward = async (scale: number) => {
    const { losses } = await update.bind({ scale: tf.scalar(scale) }).run(
      state,
      { start: toyStart(8, 2) },
      seedTensor([1, 2]),
    );
    return losses.reward.dataSync()[0];
  };
  const plain = await reward(1);
  assertAlmostEquals(await reward(3) / plain, 3, 1e-4);
  assertEquals(await reward(1), plain);
  update.dispose();
});

Deno.test("updates through the memory move every parameter and leak nothing", async () => {
  const config = { ...SMALL_MEMORY, latentSize: 4, units: 8, headUnits: [8], components: 2 };
  const memory = new Memory(config);
  const model = new RecurrentWorldModel({ latentSize: 4, parameters: {} } as unknown as Vision, memory);
  const driver = new ActorCritic({ featureSize: 12, hiddenUnits: [8], initialMean: [0, 1] });
  const update = createDreamUpdate(model, driver, { horizon: 3 });
  const world = initialiseParameters(memory.parameters, new RandomStream(3));
  const start = { latents: tf.ones([5, 4]), hidden: tf.zeros([5, 8]), cell: tf.zeros([5, 8]) };
  const step = update.bind(world);
  let state: TrainState = update.init(driver.initialise(new RandomStream(4)));
  const first = Object.fromEntries(Object.entries(state.parameters).map(([name, t]) => [name, t.dataSync()]));
  const counts: number[] = [];
  for (let i = 0; i < 6; i++) {
    const seed = seedTensor([i, 1]);
    const result = await step.run(state, { start }, seed);
    disposeTrainState(state);
    tf.dispose([seed, result.losses]);
    state = result.state;
    counts.push(tf.memory().numTensors);
  }
  assertEquals(counts.slice(2), counts.slice(1, -1));
  for (const [name, tensor] of Object.entries(state.parameters)) {
    assertNotEquals(tensor.dataSync(), first[name], name);
  }
  update.dispose();
});
