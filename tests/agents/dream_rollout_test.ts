import {
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { CmaEs, createDreamFitness, createDreamRollout, LinearController } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";
import { startBackend } from "../../generative/runtime/mod.ts";
import { toyStart, ToyWorld } from "./support/toy_world.ts";

await startBackend();

const latentsOf = (features: tf.Tensor) => features.slice([0, 0], [-1, 2]);
const still = (_: unknown, features: tf.Tensor) => tf.zerosLike(latentsOf(features));
const one = (z: tf.Tensor) => tf.ones([z.shape[0]]);

for (const decisions of [1, 7, 20, 23]) {
  Deno.test(`returns count by the probability to live (${decisions} decisions)`, async () => {
    const world = new ToyWorld(2, { doneLogit: -2, reward: one });
    const rollout = createDreamRollout(world, still, { decisions });
    const { returns, lengths } = await rollout.run(
      world.values(),
      {},
      toyStart(3, 2),
      new RandomStream(1),
    );
    const goesOn = 1 / (1 + Math.exp(-2));
    const wanted = (1 - goesOn ** decisions) / (1 - goesOn);
    assertEquals(returns.length, 3);
    for (const value of [...returns, ...lengths]) assertAlmostEquals(value, wanted, 1e-4);
    rollout.dispose();
  });
}

Deno.test("the course of a dream is that of its world, step by step", async () => {
  const world = new ToyWorld(2, { keep: 0.8, push: 0.3 });
  const rollout = createDreamRollout(world, (_, features) => latentsOf(features).neg(), { decisions: 12 });
  const start = toyStart(2, 2);
  const { returns } = await rollout.run(world.values(), {}, start, new RandomStream(1));
  const latents = start.latents.dataSync();
  for (const row of [0, 1]) {
    let wanted = 0;
    for (let t = 1; t <= 12; t++) {
      for (const i of [0, 1]) wanted -= (latents[row * 2 + i] * 0.5 ** t) ** 2;
    }
    assertAlmostEquals(returns[row], wanted, 1e-5);
  }
  rollout.dispose();
});

Deno.test("seeds decide, blocks share their luck, nothing leaks", async () => {
  const world = new ToyWorld(2, { noise: 0.5 });
  const rollout = createDreamRollout(world, still, { decisions: 20, blocks: 3 });
  const parameters = world.values();
  const start = tf.tidy(() => {
    const { latents, hidden, cell } = toyStart(2, 2);
    return {
      latents: tf.tile(latents, [3, 1]),
      hidden: tf.tile(hidden, [3, 1]),
      cell: tf.tile(cell, [3, 1]),
    };
  });
  const run = async (
    seed: number,
  ) => [...(await rollout.run(parameters, {}, start, new RandomStream(seed))).returns];
  const returns = await run(1);
  const tensors = tf.memory().numTensors;
  assertEquals(await run(1), returns);
  assertNotEquals(await run(2), returns);
  assertEquals(tf.memory().numTensors, tensors);
  assertEquals(returns.slice(2, 4), returns.slice(0, 2));
  assertEquals(returns.slice(4), returns.slice(0, 2));
  assertNotEquals(returns[0], returns[1]);
  const odd = toyStart(4, 2);
  await assertRejects(
    () => rollout.run(parameters, {}, odd, new RandomStream(1)),
    RangeError,
    "3 equal blocks, got 4 rows",
  );
  assertThrows(
    () => createDreamRollout(world, still, { decisions: 0 }),
    RangeError,
    "expected decisions >= 1",
  );
  rollout.dispose();
});

Deno.test("the fitness of a candidate is its mean return over the starts", async () => {
  const world = new ToyWorld(2, { keep: 0, push: 1 }); // z' = a, reward -|a|^2
  const controller = new LinearController({ featureSize: 4, squash: ["tanh", "tanh"] });
  const candidates = [0, 1, 2].map((bias) => [0, 0, 0, 0, 0, 0, 0, 0, bias, bias]);
  const fitness = createDreamFitness(world, controller, { candidates: 3, decisions: 5 });
  const trial = { world: world.values(), start: toyStart(4, 2), random: new RandomStream(1) };
  const values = await fitness.evaluate(candidates, trial);
  values.forEach((value, i) => assertAlmostEquals(value, -5 * 2 * Math.tanh(i) ** 2, 1e-4));
  await assertRejects(() => fitness.evaluate([[1]], trial), RangeError, "expected 3 of them, got 1");
  await assertRejects(() => fitness.evaluate([[1], [2], [3]], trial), RangeError, "candidate 0: expected 10");
  fitness.dispose();
});

Deno.test("CMA-ES learns to steer the toy world in the dream", async () => {
  const world = new ToyWorld(2, { keep: 1, push: 0.5, noise: 0.1 });
  const controller = new LinearController({ featureSize: 4, squash: ["tanh", "tanh"] });
  const random = new RandomStream(3);
  const search = new CmaEs({
    dimension: controller.parameterCount,
    populationSize: 16,
    antithetic: true,
    random: random.fork("search"),
  });
  const fitness = createDreamFitness(world, controller, { candidates: 16, decisions: 20 });
  const parameters = world.values(), start = toyStart(8, 2);
  const means: number[] = [];
  for (let generation = 0; generation < 30; generation++) {
    const trial = { world: parameters, start, random: random.fork(generation) };
    const values = await fitness.evaluate(search.ask(), trial);
    search.tell(values);
    means.push(values.reduce((a, b) => a + b) / 16);
  }
  assertGreater(means.at(-1)!, means[0] / 4); // both negative
  fitness.dispose();
});
