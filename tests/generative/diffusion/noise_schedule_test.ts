import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { noiseSchedule, type ScheduleName, SCHEDULES } from "../../../generative/diffusion/noise_schedule.ts";
import { sigmaOf } from "../../../generative/diffusion/noise_level.ts";
import {
  expectFittingTarget,
  parametrisation,
  TARGETS,
} from "../../../generative/diffusion/parametrisation.ts";
import { normal, seedTensor } from "../../../generative/runtime/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { onBackends } from "../support/on_backends.ts";

const TIMES = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1];
const PRESERVING = SCHEDULES.filter((name) => name !== "edm");

Deno.test("all schedules but edm keep the variance at all times, shifted or not; noise grows with time", () => {
  for (const name of PRESERVING) {
    for (const shift of [1, 0.5, 3]) {
      const schedule = noiseSchedule(name, { shift });
      const levels = TIMES.map((time) => schedule.at(time));
      for (const { signal, noise } of levels) assertAlmostEquals(signal ** 2 + noise ** 2, 1, 1e-12);
      levels.slice(1).forEach((level, i) => assert(sigmaOf(level) > sigmaOf(levels[i]), `${name} at ${i}`));
    }
  }
});

Deno.test("a shift multiplies the noise in units of the signal", () => {
  for (const name of SCHEDULES) {
    const [plain, shifted] = [1, 2.5].map((shift) => noiseSchedule(name, { shift }));
    for (const time of [0.1, 0.5, 0.9]) {
      assertAlmostEquals(sigmaOf(shifted.at(time)) / sigmaOf(plain.at(time)), 2.5, 1e-9);
    }
  }
});

Deno.test("schedules begin and end as published", () => {
  const ends = (name: ScheduleName) => [0, 1].map((time) => noiseSchedule(name).at(time).signal);
  const book = ends("offset-cosine");
  assertAlmostEquals(book[0], 0.95, 1e-12);
  assertAlmostEquals(book[1], 0.02, 1e-12);
  assertEquals(ends("cosine")[1], 0);
  const { noise: least } = noiseSchedule("edm").at(0), { noise: most } = noiseSchedule("edm").at(1);
  assertAlmostEquals(least, 0.002, 1e-12);
  assertAlmostEquals(most, 80, 1e-9);
});

Deno.test("linear and sqrt-linear schedules are the products of 1,000 betas", () => {
  const betas: Record<string, (i: number) => number> = {
    "linear": (i) => 1e-4 + i / 999 * (0.02 - 1e-4),
    "sqrt-linear": (i) => (Math.sqrt(0.00085) + i / 999 * (Math.sqrt(0.012) - Math.sqrt(0.00085))) ** 2,
  };
  for (const [name, beta] of Object.entries(betas)) {
    let logPower = 0;
    const schedule = noiseSchedule(name as ScheduleName);
    for (let i = 0; i < 1000; i++) {
      logPower += Math.log1p(-beta(i));
      if (i % 100 !== 99) continue;
      const continuous = 2 * Math.log(schedule.at((i + 1) / 1000).signal);
      assertAlmostEquals(continuous / logPower, 1, 0.02, `${name} after ${i + 1}`);
    }
  }
});

onBackends("levels that are learned at are spread evenly over the times of the schedule", () => {
  for (const name of PRESERVING) {
    const schedule = noiseSchedule(name, { shift: 1.5 });
    const { signal, noise } = schedule.draw(64, seedTensor([1, 2]));
    assertClose(signal.square().add(noise.square()), new Float32Array(64).fill(1));
    const drawn = [...noise.dataSync()].sort((a, b) => a - b);
    drawn.forEach((value, i) => {
      assert(value >= schedule.at(i / 64).noise - 1e-5, `${name}: ${value} at ${i}`);
      assert(value <= schedule.at((i + 1) / 64).noise + 1e-5, `${name}: ${value} at ${i}`);
    });
  }
});

onBackends("the levels of edm have a normal logarithm", () => {
  const { signal, noise } = noiseSchedule("edm").draw(20_000, seedTensor([3, 4]));
  assertEquals(signal.min().dataSync()[0], 1);
  const { mean, variance } = tf.moments(noise.log());
  assertAlmostEquals(mean.dataSync()[0], -1.2, 0.04);
  assertAlmostEquals(variance.dataSync()[0], 1.44, 0.06);
});

onBackends("what a network should answer means the clean example, for every target", () => {
  const clean = normal([6, 3], seedTensor([1, 1])).mul(0.5), noise = normal([6, 3], seedTensor([1, 2]));
  for (const target of TARGETS) {
    const schedule = noiseSchedule(target === "edm" ? "edm" : "offset-cosine");
    const { clean: foresee, target: answer } = parametrisation(target);
    for (const time of [0.1, 0.5, 0.9]) {
      const { signal, noise: deviation } = schedule.at(time);
      const level = { signal: tf.scalar(signal), noise: tf.scalar(deviation) };
      const x = clean.mul(signal).add(noise.mul(deviation));
      assertClose(foresee(answer(clean, noise, level), x, level), clean, 1e-4);
    }
  }
});

onBackends("the squared error of an answer is that of the clean example times the gain", () => {
  const clean = normal([5, 2], seedTensor([2, 1])), noise = normal([5, 2], seedTensor([2, 2]));
  const wrong = normal([5, 2], seedTensor([2, 3]));
  for (const target of TARGETS) {
    const asked = parametrisation(target);
    const { signal, noise: deviation } = noiseSchedule(target === "edm" ? "edm" : "cosine").at(0.4);
    const level = { signal: tf.scalar(signal), noise: tf.scalar(deviation) };
    const x = clean.mul(signal).add(noise.mul(deviation));
    const answer = asked.target(clean, noise, level).add(wrong);
    const error = asked.clean(answer, x, level).sub(clean).square();
    assertClose(error.mul(asked.gain(level)), wrong.square(), 2e-3);
  }
});

onBackends("the preconditioning of edm shows and asks for numbers of variance 1 at every noise", () => {
  const clean = normal([20_000], seedTensor([5, 1])).mul(0.5), noise = normal([20_000], seedTensor([5, 2]));
  const asked = parametrisation("edm");
  for (const sigma of [0.01, 0.5, 20]) {
    const level = { signal: tf.scalar(1), noise: tf.scalar(sigma) };
    for (
      const shown of [asked.input(clean.add(noise.mul(sigma)), level), asked.target(clean, noise, level)]
    ) {
      assertAlmostEquals(tf.moments(shown).variance.dataSync()[0], 1, 0.05);
    }
  }
});

Deno.test("targets and schedules that do not go together are refused", () => {
  const check = (target: typeof TARGETS[number], name: ScheduleName) => () =>
    expectFittingTarget(target, noiseSchedule(name), { model: "diffusion" });
  assertThrows(check("epsilon", "cosine"), RangeError, "ends without any signal");
  assertThrows(
    check("edm", "cosine"),
    RangeError,
    "expected --schedule edm with --target edm, got --schedule cosine",
  );
  assertThrows(check("v", "edm"), RangeError, "expected --target edm with --schedule edm, got --target v");
  for (const target of ["v", "epsilon", "x0"] as const) check(target, "linear")();
  check("edm", "edm")();
  assertThrows(() => noiseSchedule("cosine", { shift: 0 }), RangeError, "expected a shift above 0, got 0");
});
