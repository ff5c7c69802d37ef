import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  fitMixture,
  type GaussianMixture,
  sampleMixture,
} from "../../../generative/autoencoders/gaussian_mixture.ts";

/** Three Gaussians in the plane, one of them oblique: Sigma = (W^T W)^-1. */
const known: GaussianMixture = {
  size: 2,
  weights: Float64Array.of(0.5, 0.3, 0.2),
  means: Float64Array.of(-4, 0, 3, 3, 2, -5),
  whitenings: Float64Array.of(1, 0, 0, 1, /**/ 2, 0, -1, 0.5, /**/ 0.5, 0, 0, 4),
};
const vectors = sampleMixture(known, { count: 20_000, random: new RandomStream(3) });

/** The covariance `[Z, Z]` of a component of a mixture in the plane. */
function covarianceOf({ whitenings }: GaussianMixture, component: number): number[] {
  const [a, , b, c] = whitenings.subarray(4 * component);
  // W^T W = [[a^2 + b^2, b c], [b c, c^2]], of determinant (a c)^2.
  const determinant = (a * c) ** 2;
  return [c * c, -b * c, -b * c, a * a + b * b].map((value) => value / determinant);
}

/** Mean and covariance of vectors in the plane. */
function momentsOf(vectors: Float32Array) {
  const count = vectors.length / 2;
  const mean = [0, 0], covariance = [0, 0, 0, 0];
  vectors.forEach((value, at) => mean[at % 2] += value / count);
  for (let n = 0; n < count; n++) {
    const away = [vectors[2 * n] - mean[0], vectors[2 * n + 1] - mean[1]];
    covariance.forEach((_, at) => covariance[at] += away[at >> 1] * away[at % 2] / count);
  }
  return { mean, covariance };
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assertEquals(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) assertAlmostEquals(actual[i], expected[i], tolerance, `at ${i}`);
}

Deno.test("fitMixture() recovers the mixture that vectors were drawn from", async () => {
  const random = new RandomStream(1);
  const { mixture } = await fitMixture(vectors, { size: 2, components: 3, iterations: 100, random });
  for (const [k, weight] of known.weights.entries()) {
    const mean = known.means.subarray(2 * k, 2 * k + 2);
    const found = [0, 1, 2].find((i) =>
      Math.hypot(mixture.means[2 * i] - mean[0], mixture.means[2 * i + 1] - mean[1]) < 0.2
    );
    assert(found !== undefined, `a Gaussian at ${mean}`);
    assertAlmostEquals(mixture.weights[found], weight, 0.015);
    assertNear(covarianceOf(mixture, found), covarianceOf(known, k), 0.15);
  }
});

Deno.test("each iteration makes the vectors more likely, up to the likelihood of the true mixture", async () => {
  const random = new RandomStream(5);
  const { logLikelihoods } = await fitMixture(vectors, { size: 2, components: 3, iterations: 100, random });
  assert(logLikelihoods.length > 3 && logLikelihoods.length < 100, `${logLikelihoods.length} iterations`);
  for (let i = 1; i < logLikelihoods.length; i++) {
    assert(logLikelihoods[i] > logLikelihoods[i - 1] - 1e-9, `iteration ${i}: ${logLikelihoods}`);
  }
  const logDensity = (n: number) => {
    const terms = [0, 1, 2].map((k) => {
      const [a, , b, c] = known.whitenings.subarray(4 * k);
      const [x, y] = [vectors[2 * n] - known.means[2 * k], vectors[2 * n + 1] - known.means[2 * k + 1]];
      return known.weights[k] * a * c / (2 * Math.PI) * Math.exp(-((a * x) ** 2 + (b * x + c * y) ** 2) / 2);
    });
    return Math.log(terms[0] + terms[1] + terms[2]);
  };
  let truth = 0;
  for (let n = 0; n < 20_000; n++) truth += logDensity(n) / 20_000;
  assertAlmostEquals(logLikelihoods.at(-1)!, truth, 2e-3);
});

Deno.test("one Gaussian is the mean and the covariance of the vectors after one iteration", async () => {
  const random = new RandomStream(1);
  const { mixture, logLikelihoods } = await fitMixture(vectors, {
    size: 2,
    components: 1,
    iterations: 1,
    random,
  });
  const { mean, covariance } = momentsOf(vectors);
  assertEquals([...mixture.weights], [1]);
  assertNear(mixture.means, mean, 1e-9);
  assertNear(covarianceOf(mixture, 0), covariance, 1e-3);
  const [xx, xy, , yy] = covariance;
  const entropy = Math.log(2 * Math.PI * Math.E) + Math.log(xx * yy - xy * xy) / 2;
  assertAlmostEquals(logLikelihoods.at(-1)!, -entropy, 1e-5);
});

Deno.test("samples have the moments of their mixture, and a temperature narrows each Gaussian", () => {
  const { mean, covariance } = momentsOf(vectors);
  const shares = [...known.weights];
  const expected = [0, 1].map((axis) => shares.reduce((sum, w, k) => sum + w * known.means[2 * k + axis], 0));
  assertNear(mean, expected, 0.1);
  const total = [0, 1, 2, 3].map((at) =>
    shares.reduce((sum, w, k) => {
      const away = (axis: number) => known.means[2 * k + axis] - expected[axis];
      return sum + w * (covarianceOf(known, k)[at] + away(at >> 1) * away(at % 2));
    }, 0)
  );
  assertNear(covariance, total, 0.4);

  const only = { ...known, weights: Float64Array.of(0, 1, 0) };
  const cold = sampleMixture(only, { count: 20_000, random: new RandomStream(2), temperature: 0.5 });
  assertNear(momentsOf(cold).mean, [3, 3], 0.05);
  assertNear(momentsOf(cold).covariance, covarianceOf(known, 1).map((value) => value / 4), 0.05);
  const frozen = sampleMixture(only, { count: 2, random: new RandomStream(2), temperature: 0 });
  assertEquals([...frozen], [3, 3, 3, 3]);
});

Deno.test("the seed decides over the fit, and copies of one vector do not break it", async () => {
  const fit = (seed: number) =>
    fitMixture(vectors.subarray(0, 400), {
      size: 2,
      components: 8,
      iterations: 3,
      random: new RandomStream(seed),
    });
  assertEquals(await fit(1), await fit(1));
  assert((await fit(1)).mixture.means[0] !== (await fit(2)).mixture.means[0]);
  const copies = Float32Array.of(1, 2, 1, 2, 1, 2, 1, 2, 3, 4, 3, 5);
  const random = new RandomStream(1);
  const { mixture, logLikelihoods } = await fitMixture(copies, {
    size: 2,
    components: 5,
    iterations: 20,
    random,
  });
  for (const values of [mixture.weights, mixture.means, mixture.whitenings, logLikelihoods]) {
    assert(values.every(Number.isFinite), `${values}`);
  }
});

Deno.test("fitMixture() refuses too few vectors, and such as do not differ", async () => {
  const fit = (vectors: Float32Array) =>
    fitMixture(vectors, { size: 2, components: 3, iterations: 9, random: new RandomStream(1) });
  await assertRejects(
    () => fit(new Float32Array(4)),
    RangeError,
    "Cannot fit a mixture: expected at least 3 vectors, one for each component, got 2",
  );
  await assertRejects(
    () => fit(new Float32Array(8).fill(7)),
    RangeError,
    "that differ, got a mean variance of 0",
  );
  await assertRejects(
    () => fit(Float32Array.of(1, 2, NaN, 4, 5, 6)),
    RangeError,
    "got a mean variance of NaN",
  );
});

Deno.test("a fit is stopped between two iterations", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("stopped")));
  const options = { size: 2, components: 3, iterations: 100, random: new RandomStream(1) };
  await assertRejects(() => fitMixture(vectors, { ...options, signal: controller.signal }), Error, "stopped");
});
