import { assertAlmostEquals, assertEquals } from "@std/assert";
import { COLLAPSED, divergences, mostTellingFirst } from "../../../viewer/page/latents/divergence.ts";

Deno.test("the divergence of a posterior that equals the prior is zero, of others it has its closed form", () => {
  const encoded = {
    // Two frames of three dimensions: the prior itself, a shifted mean, a narrow posterior.
    mu: new Float32Array([0, 2, 0, 0, -2, 0]),
    logVar: new Float32Array([0, 0, Math.log(0.25), 0, 0, Math.log(0.25)]),
  };
  const nats = divergences(encoded, 3);
  assertAlmostEquals(nats[0], 0, 1e-7);
  assertAlmostEquals(nats[1], 2, 1e-7); // mu^2 / 2
  assertAlmostEquals(nats[2], (0.25 - 1 - Math.log(0.25)) / 2, 1e-6);
  assertEquals(Array.from(nats, (value) => value < COLLAPSED), [true, false, false]);
});

Deno.test("the divergence is the mean over frames", () => {
  const nats = divergences({ mu: new Float32Array([1, 3]), logVar: new Float32Array(2) }, 1);
  assertAlmostEquals(nats[0], (0.5 + 4.5) / 2, 1e-7);
});

Deno.test("dimensions are ordered by what they say, equals by index", () => {
  assertEquals(mostTellingFirst(new Float64Array([0.5, 2, 0.5, 3])), [3, 1, 0, 2]);
  assertEquals(mostTellingFirst(new Float64Array(0)), []);
});
