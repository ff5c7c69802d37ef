import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { adamW, type AdamWOptions, kerasAdam, schedules } from "../../../generative/train/mod.ts";
import { compile } from "../../../generative/runtime/mod.ts";
import { onBackends } from "../support/on_backends.ts";

/** The gradients of step t, different for each element. */
const gradient = (t: number, i: number) => Math.sin(3 * t + i) * (i + 1);
const START = { "a/kernel": [1, -2, 3, -4], "a/bias": [0.5, -0.5] };
const SHAPES = { "a/kernel": [2, 2], "a/bias": [2] };

/** Decoupled Adam on plain numbers (Loshchilov and Hutter, algorithm 2). */
function reference(options: Required<Omit<AdamWOptions, "learningRate" | "name">>, rates: number[]) {
  const { beta1, beta2, epsilon, epsilonHat, weightDecay, clipNorm, clipValue } = options;
  const p = [...START["a/kernel"], ...START["a/bias"]];
  const [m, v] = [p.map(() => 0), p.map(() => 0)];
  rates.forEach((rate, t) => {
    let g = p.map((_, i) => Math.max(-clipValue, Math.min(clipValue, gradient(t, i))));
    const norm = Math.hypot(...g);
    g = g.map((x) => x * Math.min(1, clipNorm / norm));
    for (let i = 0; i < p.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
      const rootShare = Math.sqrt(1 - beta2 ** (t + 1));
      const floor = epsilonHat ? epsilon / rootShare : epsilon;
      const step = (m[i] / (1 - beta1 ** (t + 1))) / (Math.sqrt(v[i]) / rootShare + floor);
      p[i] -= rate * (step + (i < 4 ? weightDecay * p[i] : 0));
    }
  });
  return p;
}

/** The same through adamW. */
function run(options: AdamWOptions, steps: number) {
  const optimiser = adamW(options);
  let parameters: NamedTensors = {};
  for (const [name, values] of Object.entries(START)) {
    parameters[name] = tf.tensor(values, SHAPES[name as keyof typeof SHAPES]);
  }
  let state = optimiser.init(parameters);
  const rates: number[] = [];
  const norms: number[] = [];
  for (let t = 0; t < steps; t++) {
    const gradients = {
      "a/kernel": tf.tensor([0, 1, 2, 3].map((i) => gradient(t, i)), [2, 2]),
      "a/bias": tf.tensor([4, 5].map((i) => gradient(t, i)), [2]),
    };
    const update = optimiser.update(state, parameters, gradients);
    [parameters, state] = [update.parameters, update.state];
    rates.push(update.learningRate.dataSync()[0]);
    norms.push(update.gradientNorm.dataSync()[0]);
  }
  return { parameters, state, rates, norms };
}

const flat = (tensors: NamedTensors) =>
  ["a/kernel", "a/bias"].flatMap((name) => [...tensors[name].dataSync()]);

function assertClose(actual: number[], expected: number[], tolerance = 1e-5): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((value, i) => assertAlmostEquals(value, expected[i], tolerance));
}

onBackends("adamW() follows the algorithm: correction, decay of matrices only, clipping", () => {
  const all = {
    beta1: 0.8,
    beta2: 0.95,
    epsilon: 1e-3,
    weightDecay: 0.2,
    clipNorm: 2,
    clipValue: 1.5,
    epsilonHat: false,
  };
  const { parameters, norms } = run({ ...all, learningRate: 0.05 }, 12);
  assertClose(flat(parameters), reference(all, Array(12).fill(0.05)));
  assertAlmostEquals(norms[0], Math.hypot(...[0, 1, 2, 3, 4, 5].map((i) => gradient(0, i))), 1e-5);
});

onBackends("adamW() without memory of the gradients follows the algorithm too", () => {
  const all = { beta1: 0, beta2: 0.95, epsilon: 1e-3, epsilonHat: false };
  const { parameters } = run({ ...all, learningRate: 0.05 }, 6);
  const without = { weightDecay: 0, clipNorm: Infinity, clipValue: Infinity };
  assertClose(flat(parameters), reference({ ...all, ...without }, Array(6).fill(0.05)));
});

onBackends("kerasAdam() adds its epsilon before the correction, which holds tiny gradients back", () => {
  const tiny = { "a/kernel": tf.fill([2, 2], 1e-6), "a/bias": tf.fill([2], -1e-6) };
  const optimiser = kerasAdam({ learningRate: 0.1 });
  const parameters = { "a/kernel": tf.zeros([2, 2]), "a/bias": tf.zeros([2]) };
  const update = optimiser.update(optimiser.init(parameters), parameters, tiny);
  // mean / 0.1 over (root of the variance + epsilon) / sqrt(0.001)
  const step = 0.1 * 1e-6 / (1e-6 + 1e-7 / Math.sqrt(1e-3));
  assertClose(flat(update.parameters), [-step, -step, -step, -step, step, step], 1e-6);
  const all = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, epsilonHat: true, weightDecay: 0 };
  const expected = reference(
    { ...all, clipNorm: Infinity, clipValue: Infinity },
    Array(5).fill(0.1),
  );
  const { parameters: moved } = run({ learningRate: 0.1, epsilon: 1e-7, epsilonHat: true }, 5);
  assertClose(flat(moved), expected);
});

onBackends("adamW() with its defaults is plain Adam; its first step is the learning rate", () => {
  const { parameters, state } = run({ learningRate: 0.01 }, 1);
  const moved = flat(parameters).map((value, i) => value - [...START["a/kernel"], ...START["a/bias"]][i]);
  // sin(0) = 0: the first element has no gradient.
  assertClose(moved, [0, -0.01, -0.01, -0.01, 0.01, 0.01], 1e-6);
  assertEquals(Object.keys(state), [
    "adamw/step",
    "adamw/mean/a/kernel",
    "adamw/variance/a/kernel",
    "adamw/mean/a/bias",
    "adamw/variance/a/bias",
  ]);
});

onBackends("adamW() takes its learning rate from a schedule of the step, counted from 0", () => {
  const { rates } = run({ learningRate: schedules.linear({ from: 1, to: 0, steps: 4 }) }, 6);
  assertClose(rates, [1, 0.75, 0.5, 0.25, 0, 0]);
});

Deno.test("schedules", () => {
  const at = (schedule: schedules.Schedule, step: number) => schedule(tf.scalar(step)).dataSync()[0];
  const cosine = schedules.cosine({ from: 1, to: 0.2, steps: 10 });
  assertClose([0, 5, 10, 20].map((step) => at(cosine, step)), [1, 0.6, 0.2, 0.2]);
  assertAlmostEquals(at(cosine, 2), 0.2 + 0.8 * (1 + Math.cos(Math.PI * 0.2)) / 2, 1e-6);
  const falling = schedules.geometric({ from: 1, to: 0.01, steps: 4 });
  [1, 0.31622777, 0.1, 0.031622777, 0.01, 0.01].forEach((value, step) => {
    assertAlmostEquals(at(falling, step), value, 1e-6);
  });
  const warm = schedules.warmUp(4, schedules.constant(0.8));
  assertClose([0, 1, 3, 9].map((step) => at(warm, step)), [0.2, 0.4, 0.8, 0.8]);
  const halving = schedules.exponential({ from: 1, halfLife: 3, floor: 0.1 });
  assertClose([0, 3, 6, 300].map((step) => at(halving, step)), [1, 0.5, 0.25, 0.1]);
});

onBackends("an update compiled, through XLA or in place is the update itself to rounding", async () => {
  const options = { learningRate: 0.05, weightDecay: 0.2, clipNorm: 2, epsilon: 1e-3 };
  const optimiser = adamW(options);
  type State = { parameters: NamedTensors; optimiser: NamedTensors };
  const step = (state: State, gradients: NamedTensors): State => {
    const next = optimiser.update(state.optimiser, state.parameters, gradients);
    return { parameters: next.parameters, optimiser: next.state };
  };
  const compiled = [compile(step), compile(step, { xla: true })];
  const start = (): State => {
    const parameters = { "a/kernel": tf.tensor([[1, -2], [3, -4]]), "a/bias": tf.tensor([0.5, -0.5]) };
    return { parameters, optimiser: optimiser.init(parameters) };
  };
  const numbers = (state: State) =>
    [...Object.values(state.parameters), ...Object.values(state.optimiser)].flatMap((x) => [...x.dataSync()]);
  let states = [start(), start(), start(), start(), start()];
  for (let t = 0; t < 5; t++) {
    const gradients = { "a/kernel": tf.tensor([[t, 1], [-1, 2]]), "a/bias": tf.tensor([0.1, -t]) };
    const [plain, ...others] = states;
    states = [
      step(plain, gradients),
      compiled[0](others[0], gradients),
      compiled[1](others[1], gradients),
      await compiled[0].runInPlace(others[2], gradients),
      await compiled[1].runInPlace(others[3], gradients),
    ];
    for (const state of states) assertClose(numbers(state), numbers(states[0]));
    assertEquals(numbers(states[3]), numbers(states[1])); // in place bit for bit as not in place
  }
  for (const step of compiled) step.dispose();
});

onBackends("adamW() leaves a parameter without a gradient as it is", () => {
  const optimiser = adamW({ learningRate: 0.1, weightDecay: 1 });
  const parameters = { a: tf.ones([2, 2]), b: tf.ones([2, 2]) };
  const update = optimiser.update(optimiser.init(parameters), parameters, { a: tf.ones([2, 2]) });
  assertEquals([...update.parameters.b.dataSync()], [1, 1, 1, 1]);
  assertAlmostEquals(update.parameters.a.dataSync()[0], 0.8, 1e-5);
});

Deno.test("adamW() refuses options out of range", () => {
  assertThrows(
    () => adamW({ learningRate: -1 }),
    RangeError,
    "Cannot make an optimiser: expected learningRate >= 0, got -1",
  );
  assertThrows(() => adamW({ learningRate: 1, beta1: 1 }), RangeError, "expected beta1 in [0, 1), got 1");
  assertThrows(() => adamW({ learningRate: 1, clipNorm: 0 }), RangeError, "expected clipNorm above 0, got 0");
});
