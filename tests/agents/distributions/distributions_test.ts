import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { ActionDistribution } from "../../../agents/distributions/action_distribution.ts";
import { Beta } from "../../../agents/distributions/beta.ts";
import { Categorical } from "../../../agents/distributions/categorical.ts";
import { distributionFor } from "../../../agents/distributions/distribution_for.ts";
import { Gaussian } from "../../../agents/distributions/gaussian.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box, Discrete } from "../../../envs/mod.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

await startBackend();

const random = new RandomStream(1);

/** The description of one row of outputs. */
function describe(distribution: ActionDistribution, outputs: number[]): Float32Array {
  return tf.tidy(() => {
    const parameters = initialiseParameters(distribution.parameters, random);
    return distribution.describe(parameters, tf.tensor2d([outputs])).dataSync() as Float32Array;
  });
}

/** Densities of choices of one number under one description. */
function densities(
  distribution: ActionDistribution,
  description: Float32Array,
  choices: number[],
): Float32Array {
  return tf.tidy(() => {
    const rows = tf.tensor2d([...description], [1, description.length]).tile([choices.length, 1]);
    return distribution.logProbability(rows, tf.tensor2d(choices, [choices.length, 1])).exp().dataSync();
  }) as Float32Array;
}

function entropy(distribution: ActionDistribution, description: Float32Array): number {
  return tf.tidy(() =>
    distribution.entropy(tf.tensor2d([...description], [1, description.length])).dataSync()[0]
  );
}

for (
  const { name, distribution, outputs, from, to } of [
    { name: "Beta", distribution: new Beta(new Box([-2], [6])), outputs: [1.2, -0.7], from: 0, to: 1 },
    {
      name: "Gaussian",
      distribution: new Gaussian(new Box([-2], [6]), { deviation: 0.5 }),
      outputs: [0.3],
      from: -4,
      to: 4,
    },
  ]
) {
  Deno.test(`${name}: densities sum to 1, entropy is -E[log p], draws follow the density`, () => {
    const description = describe(distribution, outputs);
    const count = 4000, width = (to - from) / count;
    const places = Array.from({ length: count }, (_, i) => from + (i + 0.5) * width);
    const density = densities(distribution, description, places);
    const integral = (f: (p: number, x: number) => number) =>
      density.reduce((sum, p, i) => sum + f(p, places[i]) * width, 0);
    assertAlmostEquals(integral((p) => p), 1, 1e-4);
    assertAlmostEquals(
      entropy(distribution, description),
      integral((p) => p > 0 ? -p * Math.log(p) : 0),
      1e-3,
    );
    const draws = Array.from({ length: 20_000 }, () => distribution.choose(description, random)[0]);
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const square = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    assertAlmostEquals(mean, integral((p, x) => p * x), 0.01);
    assertAlmostEquals(square, integral((p, x) => p * x * x), 0.015);
    assertAlmostEquals(
      distribution.choose(description)[0],
      integral((p, x) => p * x),
      1e-3,
      "the mean without a stream",
    );
    for (const choice of draws.slice(0, 500)) {
      const [action] = distribution.action([choice]);
      assert(action >= -2 && action <= 6);
    }
  });
}

Deno.test("actions: a Beta's choice spans the range, a Gaussian's is clipped to it", () => {
  const space = new Box([-2, 0], [6, 1]);
  assertEquals(new Beta(space).action([0.25, 1]), [0, 1]);
  const gaussian = new Gaussian(space, { deviation: 1 });
  assertEquals(gaussian.action([0.5, 3]), [4, 1]);
  assertEquals(gaussian.action([-7, 0]), [-2, 0.5]);
});

Deno.test("Categorical: probabilities, entropy, draws and the likeliest", () => {
  const distribution = new Categorical(new Discrete(3));
  const description = describe(distribution, [0, Math.log(2), Math.log(5)]);
  const probabilities = densities(distribution, description, [0, 1, 2]);
  [1 / 8, 2 / 8, 5 / 8].forEach((wanted, i) => assertAlmostEquals(probabilities[i], wanted, 1e-6));
  const wanted = -[1 / 8, 2 / 8, 5 / 8].reduce((sum, p) => sum + p * Math.log(p), 0);
  assertAlmostEquals(entropy(distribution, description), wanted, 1e-6);
  const counts = [0, 0, 0];
  for (let i = 0; i < 8000; i++) counts[distribution.choose(description, random)[0]]++;
  counts.forEach((count, i) => assertAlmostEquals(count / 8000, probabilities[i], 0.02));
  assertEquals(distribution.choose(description), [2]);
});

Deno.test("distributionFor() takes integers and bounded floats, and refuses the rest in one sentence", () => {
  const options = { continuous: "beta", deviation: 1 } as const;
  assert(distributionFor(new Discrete(4), options) instanceof Categorical);
  assert(distributionFor(new Box(-1, 1, { shape: [2] }), options) instanceof Beta);
  assert(
    distributionFor(new Box(-1, 1, { shape: [2] }), { ...options, continuous: "gaussian" }) instanceof
      Gaussian,
  );
  for (
    const space of [new Box(-Infinity, 1, { shape: [2] }), new Box(0, 255, { shape: [2], dtype: "uint8" })]
  ) {
    assertThrows(
      () => distributionFor(space, options),
      TypeError,
      "expected integers 0 .. K - 1 or floats with bounds",
    );
  }
});
