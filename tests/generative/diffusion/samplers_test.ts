import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { followPlan, planTable } from "../../../generative/diffusion/follow_plan.ts";
import type { Denoise } from "../../../generative/diffusion/guidance.ts";
import type { NoiseLevel } from "../../../generative/diffusion/noise_level.ts";
import { noiseSchedule } from "../../../generative/diffusion/noise_schedule.ts";
import {
  inversionLevels,
  type SamplerName,
  SAMPLERS,
  samplingLevels,
  samplingPlan,
  type SamplingTurn,
} from "../../../generative/diffusion/sampling_plan.ts";
import { compile, normal, seedTensor } from "../../../generative/runtime/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { onBackends } from "../support/on_backends.ts";

/** A Gaussian of independent coordinates: everything about its diffusion is known. */
const MEAN = [1.5, -0.5], DEVIATION = [0.5, 1.2];
const [mean, variance] = [MEAN, DEVIATION.map((deviation) => deviation ** 2)];

/** E[x0 | x]. */
const exact: Denoise = (x, { signal, noise }) => {
  const power = tf.tensor1d(variance);
  const gain = signal.mul(power).div(signal.square().mul(power).add(noise.square()));
  return x.sub(signal.mul(MEAN)).mul(gain).add(MEAN);
};

/** Where the probability flow takes points between two levels. */
function flow(x: ArrayLike<number>, from: NoiseLevel, to: NoiseLevel): number[] {
  const spread = ({ signal, noise }: NoiseLevel, i: number) => Math.hypot(signal * DEVIATION[i], noise);
  return Array.from(x, (value, n) => {
    const i = n % 2;
    return to.signal * mean[i] + (value - from.signal * mean[i]) * spread(to, i) / spread(from, i);
  });
}

function follow(x: tf.Tensor, plan: SamplingTurn[], seed: [number, number] = [1, 2]): tf.Tensor {
  return followPlan(exact, x, planTable(plan), { seed: seedTensor(seed) }).x;
}

/** Levels of evenly falling logarithms of sigma. */
function levels(steps: number, { from = 20, to = 0.02 } = {}): NoiseLevel[] {
  const { ofSigma } = noiseSchedule("cosine");
  return Array.from({ length: steps + 1 }, (_, i) => ofSigma(from * (to / from) ** (i / steps)));
}

/** How far a sampler ends from where the probability flow does. */
function errorOf(sampler: SamplerName, steps: number): number {
  const along = levels(steps);
  const x = tf.tensor2d([[1, 0.5], [-0.7, 1.1], [0.3, -1.4]]);
  const end = follow(x, samplingPlan(sampler, along)).dataSync();
  const wanted = flow(x.dataSync(), along[0], along[steps]);
  return Math.max(...wanted.map((value, i) => Math.abs(value - end[i])));
}

onBackends("samplers come closer to the probability flow with the order that they have", () => {
  const order = (sampler: SamplerName) => Math.log2(errorOf(sampler, 40) / errorOf(sampler, 80));
  assertAlmostEquals(order("ddim"), 1, 0.15);
  assertAlmostEquals(order("dpm"), 2, 0.3);
  assertAlmostEquals(order("heun"), 2, 0.3);
  assert(errorOf("dpm", 20) < errorOf("ddim", 80), "2M at 20 steps beats DDIM at 80");
});

/** Mean and variance of where a plan ends, for one coordinate of that Gaussian: every turn is linear. */
function momentsOf(plan: SamplingTurn[], i: number): { mean: number; variance: number } {
  // of x, of x and of the foreseen x0 before the last turn
  let means = [0, 0, 0];
  let covariance = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => row === 0 && column === 0 ? plan[0].level.noise ** 2 : 0)
  );
  for (const turn of plan) {
    const { signal, noise } = turn.level;
    const gain = signal * variance[i] / (signal ** 2 * variance[i] + noise ** 2);
    const offset = (1 - gain * signal) * mean[i];
    const map = [[turn.x + turn.clean * gain, turn.lastX, turn.lastClean], [1, 0, 0], [gain, 0, 0]];
    const dot = (row: number[], other: number[]) => row.reduce((sum, value, k) => sum + value * other[k], 0);
    means = map.map((row, k) => dot(row, means) + [turn.clean * offset, 0, offset][k]);
    covariance = map.map((row) => map.map((other) => dot(row, covariance.map((line) => dot(line, other)))));
    covariance[0][0] += turn.noise ** 2;
  }
  return { mean: means[0], variance: covariance[0][0] };
}

Deno.test("with the exact denoiser of a Gaussian every sampler draws from that Gaussian, on every schedule", () => {
  const steps: Record<SamplerName, number> = { ddim: 50, dpm: 20, heun: 18, ancestral: 500 };
  const wrong: string[] = [];
  for (const name of ["cosine", "linear", "sqrt-linear", "edm"] as const) {
    for (const sampler of SAMPLERS) {
      for (const [times, tolerance] of [[1, 0.07], [8, 0.015]]) {
        const along = samplingLevels(sampler, noiseSchedule(name), { steps: times * steps[sampler] });
        const plan = samplingPlan(sampler, along);
        for (const i of [0, 1]) {
          const drawn = momentsOf(plan, i);
          const share = Math.sqrt(drawn.variance / variance[i]);
          // noise that samples start from lacks what signal is left at the end of a schedule
          const near = Math.abs(drawn.mean - mean[i]) < 0.06 && Math.abs(share - 1) < tolerance;
          if (!near) {
            wrong.push(`${sampler} on ${name}, ${times}: mean ${drawn.mean}, ${share} of the deviation`);
          }
        }
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("ancestral steps are the posterior of DDPM", () => {
  const schedule = noiseSchedule("linear");
  for (const i of [1, 10, 400, 999]) {
    const [from, to] = [i + 1, i].map((step) => schedule.at(step / 1000));
    const [high, low] = [from.signal ** 2, to.signal ** 2];
    const beta = 1 - high / low;
    const [turn] = samplingPlan("ancestral", [from, to]);
    assertAlmostEquals(turn.clean, Math.sqrt(low) * beta / (1 - high), 1e-9);
    assertAlmostEquals(turn.x, Math.sqrt(1 - beta) * (1 - low) / (1 - high), 1e-9);
    assertAlmostEquals(turn.noise ** 2, beta * (1 - low) / (1 - high), 1e-9);
  }
});

Deno.test("Heun's turns are those of Karras et al. (2022, algorithm 1)", () => {
  const [sigma, next, x, clean, later] = [3, 1.2, 0.7, 0.2, 0.4];
  const [euler, correct] = samplingPlan("heun", [{ signal: 1, noise: sigma }, { signal: 1, noise: next }]);
  const slope = (x - clean) / sigma;
  const guess = euler.x * x + euler.clean * clean;
  assertAlmostEquals(guess, x + (next - sigma) * slope, 1e-12);
  const end = correct.x * guess + correct.clean * later + correct.lastX * x + correct.lastClean * clean;
  assertAlmostEquals(end, x + (next - sigma) * (slope + (guess - later) / next) / 2, 1e-12);
});

Deno.test("Euler's three steps between sigmas, as world models of diffusion take them, are a plan of ddim", () => {
  const sigmas = [5, 1, 0.1, 0];
  const plan = samplingPlan("ddim", sigmas.map((noise) => ({ signal: 1, noise })));
  let x = 4;
  const foresee = (x: number, sigma: number) => x / (1 + sigma ** 2);
  const turned = plan.reduce((x, turn) => turn.x * x + turn.clean * foresee(x, turn.level.noise), x);
  for (let i = 0; i < 3; i++) x += (sigmas[i + 1] - sigmas[i]) * (x - foresee(x, sigmas[i])) / sigmas[i];
  assertAlmostEquals(turned, x, 1e-12);
});

Deno.test("a plan asks once a step, Heun's twice but for the last", () => {
  const schedule = noiseSchedule("cosine");
  const turns = (sampler: SamplerName) =>
    samplingPlan(sampler, samplingLevels(sampler, schedule, { steps: 10 })).length;
  assertEquals([turns("ddim"), turns("dpm"), turns("ancestral"), turns("heun")], [10, 10, 10, 19]);
});

onBackends("ddim upwards and down again returns to where it began, the closer the more steps", () => {
  const schedule = noiseSchedule("offset-cosine");
  const points = tf.tensor2d([[1.2, 0.3], [0.4, -1], [2.1, 0.9]]);
  const error = (steps: number) => {
    const up = inversionLevels(schedule, steps);
    const noise = follow(points, samplingPlan("ddim", up));
    const back = follow(noise, samplingPlan("ddim", [...up].reverse()));
    return back.sub(points).abs().max().dataSync()[0];
  };
  assert(error(100) < 0.03, `${error(100)} with 100 steps`);
  assert(error(100) < 0.6 * error(50), "half as far with twice the steps");
});

onBackends("samples hold what is known, and the rest fits it", () => {
  // coordinates that are almost the same: one tells the other
  const joint: Denoise = (x, { signal, noise }) => {
    const covariance = tf.tensor2d([[1, 0.98], [0.98, 1]]);
    const total = (scale: tf.Tensor) => covariance.mul(scale.square()).add(tf.eye(2).mul(noise.square()));
    const [[a, b]] = (total(signal) as tf.Tensor2D).arraySync();
    const inverse = tf.tensor2d([[a, -b], [-b, a]]).div(a * a - b * b);
    return x.matMul(inverse.matMul(covariance.mul(signal)));
  };
  const schedule = noiseSchedule("cosine");
  const plan = samplingPlan("ancestral", samplingLevels("ancestral", schedule, { steps: 30 }), {
    repeats: 4,
  });
  const known = { clean: tf.fill([300, 2], 1.5), mask: tf.tensor2d([[1, 0]]) };
  const { x } = followPlan(joint, normal([300, 2], seedTensor([3, 3])), planTable(plan), {
    seed: seedTensor([6, 7]),
    known,
  });
  const [held, painted] = x.split(2, 1);
  assertClose(held, new Float32Array(300).fill(1.5));
  const { mean, variance } = tf.moments(painted);
  assertAlmostEquals(mean.dataSync()[0], 0.98 * 1.5, 0.25);
  assert(variance.dataSync()[0] < 0.2, `spread ${variance.dataSync()[0]}`);
});

Deno.test("compiled, a plan is one loop that ends where single turns do", async () => {
  const plan = samplingPlan("ancestral", levels(12));
  const start = normal([5, 2], seedTensor([8, 9]));
  const run = compile((x: tf.Tensor, table: tf.Tensor, seed: tf.Tensor) =>
    followPlan(exact, x, table, { seed }).x
  );
  const compiled = await run.run(start, planTable(plan), seedTensor([1, 2]));
  assertClose(compiled, follow(start, plan), 1e-4);
  run.dispose();
});

Deno.test("levels, steps and repeats that a sampler cannot take are refused", () => {
  const schedule = noiseSchedule("cosine");
  const falling = levels(3);
  const refused = (sampler: SamplerName, along: NoiseLevel[], sentence: string, repeats?: number) =>
    assertThrows(() => samplingPlan(sampler, along, { repeats }), RangeError, sentence);
  refused("ddim", falling.slice(0, 1), "expected two levels of noise or more, got 1");
  refused("ancestral", [...falling].reverse(), "Cannot sample with ancestral: expected falling levels");
  refused(
    "heun",
    [schedule.at(1), schedule.at(0.5)],
    "Cannot sample with heun: expected some signal at its start",
  );
  refused("dpm", falling, "expected 1 repeat, for only ddim and ancestral can go back, got 2", 2);
  refused("ddim", falling, "expected repeats of 1 or more, got 0", 0);
  for (const steps of [0, 1.5]) {
    assertThrows(
      () => samplingLevels("ddim", schedule, { steps }),
      RangeError,
      `expected steps of 1 or more, got ${steps}`,
    );
  }
  assertThrows(
    () => samplingLevels("ddim", schedule, { steps: 2, from: 0 }),
    RangeError,
    "a time in (0, 1], got 0",
  );
});
