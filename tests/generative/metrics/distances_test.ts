import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  type Features,
  fitGaussian,
  frechetDistance,
  kernelDistance,
} from "../../../generative/metrics/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

await startBackend();

/** Rows of features made one by one. */
function features(count: number, size: number, row: (n: number) => ArrayLike<number>): Features {
  const values = new Float32Array(count * size);
  for (let n = 0; n < count; n++) values.set(Array.from(row(n)), n * size);
  return { values, count, size };
}

function gaussian(count: number, size: number, { seed = 1, shift = 0, scale = 1 } = {}): Features {
  const random = new RandomStream(seed);
  return features(count, size, () => Array.from({ length: size }, () => shift + scale * random.normal()));
}

/** Features of a fixed pattern, as the Python below makes them. */
const patterned = (count: number, size: number, phase: number) =>
  features(
    count,
    size,
    (n) => Array.from({ length: size }, (_, i) => Math.sin(1 + 0.7 * n * (i + 1) + phase) + 0.1 * phase * i),
  );

Deno.test("fitGaussian() gives mean and covariance", () => {
  const { mean, covariance } = fitGaussian(features(3, 2, (n) => [[0, 1], [2, 1], [4, 4]][n]));
  assertEquals([...mean], [2, 2]);
  assertEquals(covariance.to2DArray(), [[4, 3], [3, 3]]);
  assertThrows(() => fitGaussian(gaussian(1, 2)), RangeError, "expected two examples, got 1");
});

Deno.test("frechetDistance() of normal distributions is its closed form", () => {
  const a = fitGaussian(gaussian(20_000, 3));
  assertAlmostEquals(frechetDistance(a, a), 0, 1e-9);
  // |m1 - m2|^2 + (s1 - s2)^2 for each axis
  const b = fitGaussian(gaussian(20_000, 3, { seed: 2, shift: 2, scale: 3 }));
  assertAlmostEquals(frechetDistance(a, b), 3 * (2 ** 2 + 2 ** 2), 0.4);
  assertAlmostEquals(frechetDistance(a, b), frechetDistance(b, a), 1e-9);
  const moved = { ...a, mean: a.mean.map((value) => value + 1) };
  assertAlmostEquals(frechetDistance(a, moved), 3, 1e-9);
});

Deno.test("frechetDistance() takes singular covariances, and gives numpy's numbers", () => {
  const flat = fitGaussian(features(4, 3, (n) => [n, 2 * n, 0]));
  assertAlmostEquals(frechetDistance(flat, flat), 0, 1e-9);
  // numpy on the same numbers: the root of the eigenvalues of cov1 @ cov2
  const [a, b] = [fitGaussian(patterned(50, 5, 0)), fitGaussian(patterned(40, 5, 1))];
  assertAlmostEquals(frechetDistance(a, b), 0.351893146, 1e-5);
});

Deno.test("kernelDistance() gives numpy's number, and that of a shift in closed form", async () => {
  const random = new RandomStream(0);
  const [a, b] = [patterned(40, 5, 0), patterned(40, 5, 1)];
  const { distance, deviation } = await kernelDistance(a, b, { random, subsets: 2, subsetSize: 40 });
  assertAlmostEquals(distance, 0.086938607, 1e-5);
  assertAlmostEquals(deviation, 0, 1e-5); // both subsets are everything
  // One feature, x = 0 against y = 1: k(0,0) + k(1,1) - 2 k(0,1) = 1 + 8 - 2
  const constant = (value: number) => features(10, 1, () => [value]);
  const shifted = await kernelDistance(constant(0), constant(1), { random, subsets: 3 });
  assertAlmostEquals(shifted.distance, 7, 1e-5);
});

Deno.test("kernelDistance() has no bias: around 0 for one distribution, also with few examples", async () => {
  const estimates: number[] = [];
  for (let seed = 0; seed < 60; seed++) {
    const [a, b] = [gaussian(30, 4, { seed: 2 * seed + 1 }), gaussian(30, 4, { seed: 2 * seed + 2 })];
    estimates.push((await kernelDistance(a, b, { random: new RandomStream(seed), subsets: 1 })).distance);
  }
  const mean = estimates.reduce((sum, value) => sum + value, 0) / estimates.length;
  const deviation = Math.sqrt(estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 60);
  assert(Math.abs(mean) < 3 * deviation / Math.sqrt(60), `${mean} of ${deviation}`);
  assert(Math.min(...estimates) < 0);
});

Deno.test("kernelDistance() depends on the stream alone, and refuses what cannot be compared", async () => {
  const [a, b] = [gaussian(200, 4), gaussian(300, 4, { seed: 5, shift: 0.5 })];
  const estimate = (seed: number) =>
    kernelDistance(a, b, { random: new RandomStream(seed), subsets: 10, subsetSize: 50 });
  assertEquals(await estimate(1), await estimate(1));
  const { distance, deviation } = await estimate(1);
  assert(distance > 0 && deviation > 0 && deviation < distance);
  await assertRejects(
    () => kernelDistance(a, gaussian(9, 3), { random: new RandomStream(0) }),
    TypeError,
    "one size, got 4 and 3",
  );
  await assertRejects(
    () => kernelDistance(a, gaussian(1, 4), { random: new RandomStream(0) }),
    RangeError,
    "two examples each, got 1",
  );
});
