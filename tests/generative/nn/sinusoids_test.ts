import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  countParameters,
  decayingFrequencies,
  FourierFeatures,
  geometricFrequencies,
  initialiseParameters,
  sinusoidalPositions,
  sinusoids,
} from "../../../generative/nn/mod.ts";

await tf.setBackend("cpu");

Deno.test("sinusoidalPositions() has sine and cosine side by side, as the transformer's paper", () => {
  const positions = sinusoidalPositions(tf.range(0, 50), 8).arraySync() as number[][];
  for (const p of [0, 1, 7, 49]) {
    for (let i = 0; i < 4; i++) {
      assertAlmostEquals(positions[p][2 * i], Math.sin(p / 10_000 ** (2 * i / 8)), 1e-5);
      assertAlmostEquals(positions[p][2 * i + 1], Math.cos(p / 10_000 ** (2 * i / 8)), 1e-5);
    }
  }
  const places = tf.tensor2d([[3], [5]], [2, 1], "int32");
  assertEquals(sinusoidalPositions(places, 6).shape, [2, 1, 6]);
  assertThrows(() => sinusoidalPositions(places, 5), RangeError, "expected an even size, got 5");
});

Deno.test("sinusoids() embeds a noise variance as the book's diffusion model does", () => {
  const frequencies = geometricFrequencies(16);
  assertAlmostEquals(frequencies[0], 2 * Math.PI, 1e-9);
  assertAlmostEquals(frequencies[15], 2000 * Math.PI, 1e-6);
  assertAlmostEquals(frequencies[5] / frequencies[4], 1000 ** (1 / 15), 1e-9);
  const embedded = sinusoids(tf.tensor1d([0.25, 0]), frequencies).arraySync() as number[][];
  frequencies.slice(0, 8).forEach((frequency, i) => {
    assertAlmostEquals(embedded[0][i], Math.sin(0.25 * frequency), 1e-4);
    assertAlmostEquals(embedded[0][16 + i], Math.cos(0.25 * frequency), 1e-4);
  });
  assertEquals(embedded[1], [...new Array(16).fill(0), ...new Array(16).fill(1)]);
});

Deno.test("decayingFrequencies() go from 1 down to nearly 1 / base", () => {
  assertEquals(decayingFrequencies(2, 100), [1, 0.1]);
});

Deno.test("FourierFeatures keep the frequencies that were drawn, with the deviation asked for", () => {
  const features = new FourierFeatures("f", { size: 2000, scale: 16 });
  assertEquals(countParameters(features.parameters, { trainable: true }), 0);
  const parameters = initialiseParameters(features.parameters, new RandomStream(4));
  const drawn = parameters["f/frequencies"];
  const turns = drawn.square().mean().sqrt().dataSync()[0] / (2 * Math.PI);
  assertAlmostEquals(turns, 16, 1);
  const embedded = features.apply(parameters, tf.tensor2d([[0.01]]));
  assertEquals(embedded.shape, [1, 1, 2000]);
  const [first] = drawn.dataSync();
  assertAlmostEquals(embedded.dataSync()[0], Math.sin(0.01 * first), 1e-5);
  assertAlmostEquals(embedded.dataSync()[1000], Math.cos(0.01 * first), 1e-5);
  assertThrows(() => new FourierFeatures("f", { size: 3 }), RangeError, "expected an even size, got 3");
});
