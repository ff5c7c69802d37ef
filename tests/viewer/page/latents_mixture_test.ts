import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  componentDensity,
  density,
  entropy,
  type Mixture,
  mixtureAt,
  surprise,
} from "../../../viewer/page/latents/mixture.ts";

const mixture = (weights: number[], means: number[], deviations: number[]): Mixture => ({
  weights: new Float32Array(weights),
  means: new Float32Array(means),
  deviations: new Float32Array(deviations),
});
const gaussianEntropy = (deviation: number) => 0.5 * Math.log(2 * Math.PI * Math.E * deviation ** 2);

Deno.test("the density is the components' sum and integrates to one", () => {
  const two = mixture([0.75, 0.25], [-1, 2], [0.5, 1.5]);
  let integral = 0;
  for (let x = -12; x < 14; x += 0.01) {
    assertAlmostEquals(density(two, x), componentDensity(two, 0, x) + componentDensity(two, 1, x), 1e-12);
    integral += density(two, x) * 0.01;
  }
  assertAlmostEquals(integral, 1, 1e-6);
  assertAlmostEquals(componentDensity(two, 0, -1), 0.75 / (0.5 * Math.sqrt(2 * Math.PI)), 1e-9);
});

Deno.test("the surprise is the negative logarithm of the density, finite where the density underflows", () => {
  const two = mixture([0.75, 0.25], [-1, 2], [0.5, 1.5]);
  for (const x of [-3, -1, 0, 2, 5]) assertAlmostEquals(surprise(two, x), -Math.log(density(two, x)), 1e-9);
  const narrow = mixture([1], [0], [0.01]);
  assertAlmostEquals(surprise(narrow, 10), 0.5 * Math.log(2 * Math.PI) + Math.log(0.01) + 5e5, 1);
});

Deno.test("the entropy of one component has its closed form", () => {
  assertAlmostEquals(entropy(mixture([1], [3], [0.2])), gaussianEntropy(0.2), 1e-6);
});

Deno.test("components that coincide have the entropy of one; far apart, that of the choice comes on top", () => {
  assertAlmostEquals(entropy(mixture([0.5, 0.5], [1, 1], [0.3, 0.3])), gaussianEntropy(0.3), 1e-4);
  assertAlmostEquals(
    entropy(mixture([0.5, 0.5], [-50, 50], [1, 1])),
    gaussianEntropy(1) + Math.log(2),
    1e-4,
  );
});

Deno.test("a component without weight changes nothing", () => {
  const one = mixture([1, 0], [0, 4], [1, 1]);
  assertAlmostEquals(entropy(one), gaussianEntropy(1), 1e-4);
  assertAlmostEquals(surprise(one, 0.5), surprise(mixture([1], [0], [1]), 0.5), 1e-9);
});

Deno.test("a mixture is found by decision and dimension", () => {
  const numbers = Float32Array.from({ length: 2 * 3 * 2 }, (_, i) => i);
  const found = mixtureAt({ weights: numbers, means: numbers, deviations: numbers }, {
    decision: 1,
    decisions: 2,
    dimension: 2,
    latentSize: 3,
  });
  assertEquals([...found.means], [10, 11]);
});
