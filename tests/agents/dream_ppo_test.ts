import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertRejects,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ActorCritic, createDreamPPO, type DreamPPOOptions } from "../../agents/mod.ts";
import { clippedObjective } from "../../agents/ppo/clipped_objective.ts";
import { seedTensor, startBackend } from "../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../generative/train/mod.ts";
import { learnInToyWorld } from "./support/learn_in_toy_world.ts";
import { ToyWorld } from "./support/toy_world.ts";

await startBackend();

const agent = new ActorCritic({ featureSize: 4, hiddenUnits: [16], initialMean: [0, 0] });
const toy = new ToyWorld(2, { keep: 1, push: 0.5, noise: 0.02 });

async function learn(steps: number, options: DreamPPOOptions = {}) {
  const update = createDreamPPO(toy, agent, options);
  const { state, losses } = await learnInToyWorld(update, { agent, toy, steps, dreams: 64 });
  return { state, curve: losses };
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value) / values.length;

Deno.test("by PPO the actor learns to steer a toy world, and its probabilities move no further than they are rewarded for", async () => {
  const { state, curve } = await learn(60, { actorRate: 5e-3, criticRate: 1e-2 });
  const rewards = curve.map(({ reward }) => reward);
  assertLess(mean(rewards.slice(0, 3)), -0.6); // unsteered
  assertGreater(mean(rewards.slice(-5)), -0.4);
  assert(curve.every(({ clipped, divergence }) => clipped >= 0 && clipped < 0.7 && divergence < 0.5));
  const features = tf.tensor2d([[0.5, -0.5, 0, 0], [-0.5, 0.5, 0, 0]]);
  const [a, b, c, d] = agent.act(state.parameters, features, seedTensor([1, 1])).dataSync();
  assert(a < 0 && b > 0 && c > 0 && d < 0, `${[a, b, c, d]}`);
  disposeTrainState(state);
});

Deno.test("the first gradient step of PPO is made by the policy that dreamt: nothing is clipped yet", async () => {
  const { state, curve: [first] } = await learn(1, { epochs: 1, minibatches: 1 });
  assertEquals(first.clipped, 0);
  assertAlmostEquals(first.divergence, 0, 1e-6);
  // advantages are normalised, so that an unmoved policy's objective is their mean, 0, up to what decisions count
  assertLess(Math.abs(first.actor), 0.1);
  assertEquals(state.optimiser["actorAdam/step"].dataSync()[0], 1);
  disposeTrainState(state);
});

Deno.test("an update of PPO makes as many gradient steps as passes have parts, and the same seeds give the same numbers", async () => {
  const options = { epochs: 3, minibatches: 2, actorAverage: 0.9 };
  const [first, second] = [await learn(2, options), await learn(2, options)];
  assertEquals(first.state.optimiser["actorAdam/step"].dataSync()[0], 12);
  assertEquals(first.state.optimiser["criticAdam/step"].dataSync()[0], 12);
  assertEquals(first.curve, second.curve);
  await assertRejects(() => learn(1, { minibatches: 3 }), RangeError, "a divisor of 64 dreams, got 3");
  for (const group of ["parameters", "optimiser", "average"] as const) {
    for (const [name, tensor] of Object.entries(first.state[group]!)) {
      assertEquals(tensor.dataSync(), second.state[group]![name].dataSync(), name);
    }
  }
});

Deno.test("the clipped objective is that of equation 7, with advantages of mean 0 and deviation 1", () => {
  const [advantages, ratios] = [[3, 1, -1, -3], [1.5, 0.5, 1.5, 0.5]];
  const weights = [1, 0.5, 0.25, 0];
  const deviation = Math.sqrt(5);
  const wanted = ratios.map((ratio, i) => {
    const advantage = advantages[i] / deviation;
    const limited = Math.min(1.2, Math.max(0.8, ratio));
    return weights[i] * Math.min(ratio * advantage, limited * advantage);
  });
  const { policyLoss, divergence, clipped } = clippedObjective({
    logProbability: tf.tensor1d(ratios.map((ratio) => Math.log(ratio) - 2)),
    before: tf.fill([4], -2),
    advantages: tf.tensor1d(advantages),
    weights: tf.tensor1d(weights),
    clipRange: 0.2,
  });
  assertAlmostEquals(policyLoss.dataSync()[0], -mean(wanted), 1e-6);
  assertAlmostEquals(
    divergence.dataSync()[0],
    mean(ratios.map((ratio) => ratio - 1 - Math.log(ratio))),
    1e-6,
  );
  assertEquals(clipped.dataSync()[0], 1);
});
