import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";
import { countParameters } from "../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../generative/runtime/mod.ts";

await startBackend({ backend: "cpu" });
const random = new RandomStream(1);
const seed = seedTensor([3, 4]);

Deno.test("the recipe's networks", () => {
  const agent = new ActorCritic({ featureSize: 288, initialMean: [0, 1] });
  const layers = (outputs: number) => 288 * 128 + 128 + 128 * 128 + 128 + 128 * outputs + outputs;
  assertEquals(countParameters(agent.parameters), layers(4) + layers(1));
  assert(agent.actorNames.every((name) => name.startsWith("actor/")));
  assert(agent.criticNames.every((name) => name.startsWith("critic/")));
});

Deno.test("a fresh actor does what it is told to start with, with the recipe's deviation", () => {
  const agent = new ActorCritic({ featureSize: 7, initialMean: [0, 1] });
  const features = tf.randomNormal([5, 7], 0, 1, "float32", 1);
  const parameters = agent.initialise(random);
  const { mean, deviation } = agent.distribution(parameters, features);
  const action = agent.act(parameters, features, seed).dataSync();
  for (let row = 0; row < 5; row++) {
    assertAlmostEquals(mean.dataSync()[row * 2], 0, 0.03);
    assertAlmostEquals(mean.dataSync()[row * 2 + 1], 3 * Math.tanh(1 / 3), 0.03);
    assertAlmostEquals(deviation.dataSync()[row * 2], 0.15 + Math.log1p(Math.exp(-0.5)), 0.02);
    assertAlmostEquals(action[row * 2 + 1], Math.tanh(3 * Math.tanh(1 / 3)), 0.03);
  }
});

/** An actor whose output layer ignores the input: raw means and spreads as given. */
function constantActor(raw: number[]): { agent: ActorCritic; parameters: Record<string, tf.Tensor> } {
  const agent = new ActorCritic({ featureSize: 2, initialMean: raw.slice(raw.length / 2) });
  const parameters = agent.initialise(random);
  const [kernel, bias] = ["kernel", "bias"].map((part) => `actor/output/${part}`);
  parameters[kernel] = tf.zerosLike(parameters[kernel]);
  parameters[bias] = tf.tensor1d(raw);
  return { agent, parameters };
}

Deno.test("means stay within 3 before the tanh, deviations above 0.15", () => {
  const { agent, parameters } = constantActor([100, -100, -100, 5]);
  const { mean, deviation } = agent.distribution(parameters, tf.zeros([1, 2]));
  assertAlmostEquals(mean.dataSync()[0], 3, 1e-5);
  assertAlmostEquals(mean.dataSync()[1], -3, 1e-5);
  assertAlmostEquals(deviation.dataSync()[0], 0.15, 1e-5);
  assertAlmostEquals(deviation.dataSync()[1], 0.15 + Math.log1p(Math.exp(4.5)), 1e-5);
});

Deno.test("samples follow the tanh-Gaussian and their mean entropy is its entropy", () => {
  const { agent, parameters } = constantActor([0.8, 0.2]);
  const { action, entropy } = agent.sample(parameters, tf.zeros([40_000, 2]), seed);
  const mean = 3 * Math.tanh(0.8 / 3), deviation = 0.15 + Math.log1p(Math.exp(0.2 - 0.5));
  // entropy and mean of tanh(x) by the trapezoid rule over x: -log p(a) = -log N(x) + log(1 - a^2)
  let [wantedEntropy, wantedAction] = [0, 0];
  const width = deviation / 100;
  for (let x = mean - 8 * deviation; x < mean + 8 * deviation; x += width) {
    const density = Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
    wantedEntropy += width * density * (-Math.log(density) + Math.log(1 - Math.tanh(x) ** 2));
    wantedAction += width * density * Math.tanh(x);
  }
  assertAlmostEquals(tf.mean(entropy).dataSync()[0], wantedEntropy, 0.02);
  assertAlmostEquals(tf.mean(action).dataSync()[0], wantedAction, 0.01);
});

Deno.test("the seed decides the draw", () => {
  const agent = new ActorCritic({ featureSize: 4, initialMean: [0, 1] });
  const parameters = agent.initialise(random);
  const features = tf.ones([3, 4]);
  const draw = (pair: [number, number]) =>
    agent.act(parameters, features, seedTensor(pair), { sample: true }).dataSync();
  assertEquals(draw([1, 2]), draw([1, 2]));
  assertNotEquals(draw([1, 2]), draw([1, 3]));
});
