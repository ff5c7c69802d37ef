import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ActorCritic, criticLoss, dreamLoss, type DreamLossOptions } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";
import { globalNorm, type Losses, type NamedTensors, valueAndGradients } from "../../generative/nn/mod.ts";
import { foldSeed, seedTensor, startBackend } from "../../generative/runtime/mod.ts";
import { toyStart, ToyWorld } from "./support/toy_world.ts";

await startBackend({ backend: "cpu" });

const agent = new ActorCritic({ featureSize: 4, hiddenUnits: [8], initialMean: [0, 1] });
const parameters = agent.initialise(new RandomStream(9));
for (const name of Object.keys(parameters)) {
  // larger weights than a fresh agent's, so that every path carries a gradient
  if (name.endsWith("output/kernel")) parameters[name] = tf.mul(parameters[name], 100);
}
const seed = seedTensor([5, 6]);

const pick = (names: string[]) => Object.fromEntries(names.map((name) => [name, parameters[name]]));
const actor = pick(agent.actorNames), critic = pick(agent.criticNames);

function losses(world: ToyWorld, trained: NamedTensors, options: DreamLossOptions, target = critic) {
  return dreamLoss(world, agent, {
    horizon: 4,
    ...options,
    parameters: { world: world.values(), actor: trained, target },
    start: toyStart(6, 2),
    seed,
  });
}

/** Compares the gradient along random directions with central differences. */
function checkDirections(loss: (tensors: NamedTensors) => Losses, tensors: NamedTensors): void {
  const { gradients } = valueAndGradients(loss, tensors);
  const random = new RandomStream(2);
  for (let trial = 0; trial < 6; trial++) {
    const direction: NamedTensors = {};
    let slope = 0;
    for (const [name, tensor] of Object.entries(tensors)) {
      const values = Float32Array.from({ length: tensor.size }, () => random.normal());
      direction[name] = tf.tensor(values, tensor.shape);
      slope += tf.sum(tf.mul(direction[name], gradients[name])).dataSync()[0];
    }
    const at = (epsilon: number) => {
      const moved = Object.entries(tensors).map(([name, tensor]) => {
        return [name, tf.add(tensor, tf.mul(direction[name], epsilon))];
      });
      return loss(Object.fromEntries(moved)).loss.dataSync()[0];
    };
    const epsilon = 2e-3;
    const difference = (at(epsilon) - at(-epsilon)) / (2 * epsilon);
    assertAlmostEquals(difference, slope, 0.01 * Math.abs(slope) + 1e-3, `${difference} ${slope}`);
    assertGreater(Math.abs(slope), 1e-3);
  }
}

const smooth = new ToyWorld(2, { noise: 0.3, doneLogit: -2 });

Deno.test("the actor's gradient agrees with finite differences, through noise, memory and entropy", () => {
  checkDirections((tensors) => losses(smooth, tensors, { gradientCap: Infinity, entropyWeight: 0.1 }), actor);
});

Deno.test("the critic's gradient agrees with finite differences", () => {
  const lesson = losses(smooth, actor, {});
  checkDirections((tensors) => criticLoss(agent, tensors, lesson), critic);
});

Deno.test("the lesson holds what was seen before each decision, and weighs it by how likely it was reached", () => {
  const { features, weights, returns } = losses(smooth, actor, { horizon: 3 });
  const start = toyStart(6, 2);
  const first = smooth.features({}, start).dataSync();
  assertEquals(features.dataSync().slice(0, first.length), first);
  assertEquals([features.shape, weights.shape, returns.shape], [[18, 4], [18], [18]]);
  const discount = 0.98 / (1 + Math.exp(-2));
  weights.dataSync().forEach((weight, row) =>
    assertAlmostEquals(weight, discount ** Math.floor(row / 6), 1e-6)
  );
});

Deno.test("rewards, discounts and weights enter as the recipe says", () => {
  // constant reward 2 and a critic of zeros: returns are the discounted sums, by hand
  const zeros = Object.fromEntries(Object.entries(critic).map(([name, t]) => [name, tf.zerosLike(t)]));
  const world = new ToyWorld(2, { doneLogit: -1, reward: (z) => tf.fill([z.shape[0]], 2) });
  const result = losses(world, actor, { horizon: 3, entropyWeight: 0, lambda: 0.95 }, zeros);
  const goesOn = 1 / (1 + Math.exp(-1)), discount = 0.98 * goesOn;
  const last = 0.2, middle = 0.2 + discount * 0.95 * last, first = 0.2 + discount * 0.95 * middle;
  const weighted = (values: number[]) => values.reduce((sum, value, t) => sum + discount ** t * value, 0) / 3;
  assertAlmostEquals(result.loss.dataSync()[0], -weighted([first, middle, last]), 1e-5);
  const squares = [first, middle, last].map((value) => value ** 2);
  assertAlmostEquals(criticLoss(agent, zeros, result).loss.dataSync()[0], 0.5 * weighted(squares), 1e-5);
  assertAlmostEquals(result.reward.dataSync()[0], 2, 1e-5);
  assertAlmostEquals(result.alive.dataSync()[0], goesOn ** 3, 1e-5);
});

Deno.test("the cap tames an exploding dream and leaves its value and a calm dream alone", () => {
  const run = (world: ToyWorld, gradientCap: number) => {
    const { value, gradients } = valueAndGradients(
      (tensors) => losses(world, tensors, { horizon: 6, gradientCap }),
      actor,
    );
    return { loss: value.loss.dataSync()[0], norm: globalNorm(gradients).dataSync()[0] };
  };
  const wild = new ToyWorld(2, {
    keep: 8,
    reward: (_, before) => tf.neg(tf.sum(tf.square(before.latents), 1)),
  });
  const [free, capped] = [run(wild, Infinity), run(wild, 1)];
  assertEquals(capped.loss, free.loss);
  assertGreater(free.norm, 1e5);
  assertLess(capped.norm, 20);
  const calm = new ToyWorld(2, { keep: 0.5, reward: (z) => tf.mul(tf.sum(tf.tanh(z), 1), 0.1) });
  assertAlmostEquals(run(calm, 1000).norm, run(calm, Infinity).norm, 1e-6);
});

for (const part of ["latents", "hidden", "cell"] as const) {
  Deno.test(`one sample that explodes through its ${part} leaves the others' share as it is`, () => {
    // the reward of the first row alone is steep: its gradient is capped, so a thousandfold changes little
    const steep = (factor: number) => {
      const mask = tf.tensor1d([factor, 1, 1, 1, 1, 1]);
      const world = new ToyWorld(2, { reward: (_, before) => tf.mul(mask, tf.sum(before[part], 1)) });
      const { gradients } = valueAndGradients((tensors) => losses(world, tensors, { horizon: 2 }), actor);
      return globalNorm(gradients).dataSync()[0];
    };
    assertAlmostEquals(steep(1e6) / steep(1e3), 1, 0.01);
  });
}

Deno.test("every decision and every dream draws for itself", () => {
  const still = Object.fromEntries(
    Object.entries(actor).map(([name, tensor]) => [name, tf.zerosLike(tensor)]),
  );
  const world = new ToyWorld(2, { keep: 0, push: 1 }); // the latents are the last action
  const { features } = losses(world, still, { horizon: 4 });
  const drawn = features.dataSync().slice(24); // the start's rows left out
  const actions = Array.from({ length: 18 }, (_, row) => `${drawn.slice(row * 4, row * 4 + 2)}`);
  assertEquals(new Set(actions).size, 18);
});

Deno.test("a cost is taken from the aim, not from the reward that is reported", () => {
  const free = losses(new ToyWorld(2, { noise: 0.3 }), actor, {});
  const world = new ToyWorld(2, { noise: 0.3, cost: 0.5 });
  const read = (tensor: tf.Tensor) => tensor.dataSync()[0];
  assertAlmostEquals(read(losses(world, actor, {}).return), read(free.return), 1e-6);
  const costly = losses(world, actor, { costWeight: 3, rewardScale: 0.1, gamma: 0.98, lambda: 1 });
  const aimless = losses(new ToyWorld(2, { noise: 0.3 }), actor, {
    rewardScale: 0.1,
    gamma: 0.98,
    lambda: 1,
  });
  // Every decision of the four loses 3 * 0.5 * 0.1; from decision t on, 4 - t of them, discounted.
  let lost = 0;
  for (let t = 0; t < 4; t++) for (let k = t; k < 4; k++) lost += 0.15 * 0.98 ** (k - t) / 4;
  assertAlmostEquals(read(aimless.return) - read(costly.return), lost, 1e-4);
  assertAlmostEquals(read(costly.reward), read(free.reward), 1e-5);
  assertAlmostEquals(read(costly.cost), 0.5, 1e-6);
});

Deno.test("a reward counts up to its limit: above it the actor has nothing to gain, and the report stays what it was", () => {
  const world = new ToyWorld(2, { noise: 0.3 }); // rewards are -|z|^2, at most 0
  const read = (tensor: tf.Tensor) => tensor.dataSync()[0];
  const free = losses(world, actor, { lambda: 1, gamma: 0.98, rewardScale: 0.1 });
  const loose = losses(world, actor, { lambda: 1, gamma: 0.98, rewardScale: 0.1, rewardLimit: 1 });
  assertAlmostEquals(read(loose.return), read(free.return), 1e-6);
  const limit = -50; // all rewards of this world are above it
  const bound = losses(world, actor, { lambda: 1, gamma: 0.98, rewardScale: 0.1, rewardLimit: limit });
  const tail = read(
    losses(new ToyWorld(2, { noise: 0.3, reward: (after) => tf.zeros([after.shape[0]]) }), actor, {
      lambda: 1,
      gamma: 0.98,
      rewardScale: 0.1,
    }).return,
  );
  let counted = 0;
  for (let t = 0; t < 4; t++) for (let k = t; k < 4; k++) counted += 0.1 * limit * 0.98 ** (k - t) / 4;
  assertAlmostEquals(read(bound.return) - tail, counted, 1e-3);
  assertAlmostEquals(read(bound.reward), read(free.reward), 1e-6);
  // What is above counts the other way round, so that both together are twice the limit and twice what follows.
  const mirrored = { lambda: 1, gamma: 0.98, rewardScale: 0.1, rewardLimit: limit, excessWeight: 1 };
  const excess = losses(world, actor, mirrored);
  assertAlmostEquals(read(excess.return) + read(free.return) - 2 * tail, 2 * counted, 2e-3);
  assertAlmostEquals(read(excess.reward), read(free.reward), 1e-6);
});

Deno.test("REINFORCE pulls at the log probability of what was decided, by what it came to beyond the target critic", () => {
  const options = { gradient: "reinforce", entropyWeight: 0, horizon: 3 } as const;
  const { gradients, value } = valueAndGradients((tensors) => losses(smooth, tensors, options), actor);
  const { features, returns, weights } = value;
  const advantages = returns.sub(agent.value(critic, features)).mul(weights);
  const raw = tf.concat([0, 1, 2].map((t) =>
    // the same decisions, drawn with the same seeds
    agent.sample(actor, features.slice([6 * t], [6]), foldSeed(seed, 2 * t)).raw
  ));
  const wanted = valueAndGradients(
    (tensors) => ({ loss: agent.logProbability(tensors, features, raw).mul(advantages).mean().neg() }),
    actor,
  ).gradients;
  for (const [name, gradient] of Object.entries(gradients)) {
    const expected = wanted[name].dataSync();
    gradient.dataSync().forEach((slope, i) => assertAlmostEquals(slope, expected[i], 1e-4, name));
  }
});

Deno.test("the actor's returns are divided by their running range where it exceeds 1, the critic's are not", () => {
  const at = (range?: tf.Scalar) =>
    dreamLoss(smooth, agent, {
      horizon: 4,
      entropyWeight: 0,
      parameters: { world: smooth.values(), actor, target: critic, range },
      start: toyStart(6, 2),
      seed,
    });
  const read = (tensor: tf.Tensor) => tensor.dataSync()[0];
  const [plain, small, large] = [at(), at(tf.scalar(0)), at(tf.scalar(1000))];
  assertAlmostEquals(read(small.loss), read(plain.loss), 1e-6);
  assertAlmostEquals(read(large.loss), read(plain.loss) / read(large.range!), 1e-6);
  assertEquals(large.returns.dataSync(), plain.returns.dataSync());
});
