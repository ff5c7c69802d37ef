import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { followPlan, planTable } from "../../../generative/diffusion/follow_plan.ts";
import type { NoiseLevel } from "../../../generative/diffusion/noise_level.ts";
import { parametrisation } from "../../../generative/diffusion/parametrisation.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { Denoiser, type DenoiserConfig } from "../../../worlds/diamond/denoiser.ts";
import { denoisingPlan } from "../../../worlds/diamond/denoising_plan.ts";
import type { History } from "../../../worlds/diamond/history.ts";
import { checkGradients } from "../gradient_check.ts";

await startBackend();

const CONFIG: DenoiserConfig = { size: 16, actionSize: 2, past: 2, channels: 4, turns: 3 };
const [PAST, FORESEEN, COUNT] = [CONFIG.past, 3, 3];
const TIME = PAST + FORESEEN;
const numbers = (seed: number, ...shape: number[]) => {
  const random = new RandomStream(seed);
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
    shape,
  );
};

/** A denoiser whose last layers are not silent, as they are before they have learned anything. */
function make(changes: Partial<DenoiserConfig> = {}): { denoiser: Denoiser; parameters: NamedTensors } {
  const denoiser = new Denoiser({ ...CONFIG, ...changes });
  const parameters = initialiseParameters(denoiser.parameters, new RandomStream(5));
  for (
    const [i, name] of Object.keys(parameters).filter((name) => /(conv2|last).kernel$/.test(name)).entries()
  ) {
    parameters[name] = numbers(20 + i, ...parameters[name].shape).mul(0.1);
  }
  return { denoiser, parameters };
}

const history = (seed: number, count: number): History => ({
  frames: numbers(seed, count, 16, 16, 3 * PAST).clipByValue(-1, 1),
  actions: numbers(seed + 1, count, 2 * PAST),
});
const level = (noise: number) => ({ signal: tf.scalar(1), noise: tf.scalar(noise) });
const read = (tensor: tf.Tensor) => tensor.dataSync()[0];
const close = (one: tf.Tensor, other: tf.Tensor, tolerance = 1e-5) => {
  assertEquals(one.shape, other.shape);
  const expected = other.dataSync();
  one.dataSync().forEach((value, i) => assertAlmostEquals(value, expected[i], tolerance));
};

const sequences = () => ({
  seen: numbers(3, TIME, COUNT, 64, 64, 3).mul(0.2).add(0.5).clipByValue(0, 1),
  actions: numbers(4, TIME, COUNT, 2),
  rewards: tf.zeros([TIME, COUNT]),
  costs: tf.zeros([TIME, COUNT]),
  dones: tf.zeros([TIME, COUNT]),
  resets: tf.zeros([TIME, COUNT]),
});

Deno.test("what the network is shown and asked are those of EDM, at noises that have their offset in them", () => {
  const edm = parametrisation("edm", { dataDeviation: 0.5 });
  for (const sigma of [0.002, 0.3, 5]) {
    const total = sigma ** 2 + 0.3 ** 2, at = level(Math.sqrt(total));
    const [one, none] = [tf.ones([1, 16, 16, 3]), tf.zeros([1, 16, 16, 3])];
    assertAlmostEquals(read(edm.input(one, at)), 1 / Math.sqrt(total + 0.25), 1e-6); // c_in
    assertAlmostEquals(read(edm.clean(none, one, at)), 0.25 / (0.25 + total), 1e-6); // c_skip
    const scale = Math.sqrt(total * 0.25 / (0.25 + total));
    assertAlmostEquals(read(edm.clean(one, none, at)), scale, 1e-6); // c_out
    assertAlmostEquals(read(edm.noiseNumber(at)), Math.log(total) / 8, 1e-6); // c_noise
    // A network that has learned nothing answers 0: what is left is c_skip x.
    const denoiser = new Denoiser(CONFIG);
    const parameters = initialiseParameters(denoiser.parameters, new RandomStream(1));
    const x = numbers(2, 2, 16, 16, 3);
    close(
      denoiser.denoise(parameters, x, tf.scalar(sigma), history(7, 2)),
      x.mul(0.25 / (0.25 + total)).clipByValue(-1, 1),
    );
  }
});

Deno.test("without noise and offset, the frame that is foreseen is the one that is shown, whatever the network", () => {
  const { denoiser, parameters } = make({ offset: 0 });
  const x = numbers(2, 2, 16, 16, 3).mul(0.4).clipByValue(-1, 1);
  close(denoiser.denoise(parameters, x, tf.scalar(1e-6), history(7, 2)), x);
});

Deno.test("three turns are at noises of 5, 0.283 and 0.002, and end where nothing is left but what is foreseen", () => {
  const plan = denoisingPlan(3);
  plan.forEach(({ level }, i) => assertAlmostEquals(level.noise, [5, 0.2827, 0.002][i], 1e-3));
  assertEquals([plan[2].x, plan[2].clean], [0, 1]);
  const [only, ...others] = denoisingPlan(1);
  assertAlmostEquals(only.level.noise, 5, 1e-9);
  assertEquals([only.x, only.clean, others], [0, 1, []]);
});

Deno.test("frames with a Gaussian distribution come out as the closed form of Euler's method has them", () => {
  const [mean, deviation] = [0.2, 0.5];
  // The best denoiser of such frames is known.
  const share = (noise: number) => deviation ** 2 / (deviation ** 2 + noise ** 2);
  const denoise = (x: tf.Tensor, { noise }: NoiseLevel<tf.Tensor>) => {
    const kept = noise.square().add(deviation ** 2).reciprocal().mul(deviation ** 2);
    return x.sub(mean).mul(kept).add(mean);
  };
  const plan = denoisingPlan(3);
  const start = numbers(1, 4, 16, 16, 3);
  const levels = [...plan.map(({ level }) => level.noise), 0];
  // Around the mean, each turn multiplies by `next / sigma + (1 - next / sigma) share`.
  const factor = plan.reduce((product, _, i) => {
    const ratio = levels[i + 1] / levels[i];
    return product * (ratio + (1 - ratio) * share(levels[i]));
  }, 1);
  close(followPlan(denoise, start, planTable(plan)).x, start.sub(mean).mul(factor).add(mean));
});

Deno.test("noise given, frame given: of a row alone as of the same row among others", () => {
  const { denoiser, parameters } = make();
  const [told, noise] = [history(7, 3), numbers(9, 3, denoiser.noiseSize)];
  const all = denoiser.sample(parameters, told, noise);
  assertEquals(denoiser.sample(parameters, told, noise).dataSync(), all.dataSync());
  const row = { frames: told.frames.slice(1, 1), actions: told.actions.slice(1, 1) };
  close(denoiser.sample(parameters, row, noise.slice(1, 1)), all.slice(1, 1), 1e-4);
  for (
    const other of [
      denoiser.sample(parameters, told, noise.neg()),
      denoiser.sample(parameters, { ...told, actions: told.actions.neg() }, noise),
      denoiser.sample(parameters, { ...told, frames: told.frames.neg() }, noise),
    ]
  ) assertNotEquals(other.dataSync(), all.dataSync());
  assert(all.abs().max().dataSync()[0] <= 1);
});

Deno.test("no loss comes from before a reset, nor from the frame that begins an episode", () => {
  const { denoiser, parameters } = make();
  const seed = seedTensor([1, 2]);
  const batch = sequences();
  const resets = tf.buffer([TIME, COUNT]);
  for (let row = 0; row < COUNT; row++) resets.set(1, PAST, row); // the first frame to foresee begins an episode
  const begun = { ...batch, resets: resets.toTensor() };
  const before = (tensor: tf.Tensor) => {
    const other = numbers(8, ...tensor.shape).mul(0.3).add(0.5).clipByValue(0, 1);
    const earlier = tf.range(0, TIME).less(PAST).reshape([-1, ...tensor.shape.slice(1).fill(1)]);
    return tf.where(earlier, other, tensor);
  };
  const changed = { seen: before(batch.seen), actions: before(batch.actions) };
  const loss = (batch: ReturnType<typeof sequences>) => denoiser.loss(parameters, batch, seed);
  const alone = loss(begun);
  assertEquals(read(alone.first), 0);
  close(loss({ ...begun, ...changed }).loss, alone.loss);
  assert(Math.abs(read(loss({ ...batch, ...changed }).loss) - read(loss(batch).loss)) > 1e-4);
});

Deno.test("later frames are foreseen from what was foreseen, through which no gradient flows", () => {
  const { denoiser, parameters } = make();
  const seed = seedTensor([1, 2]);
  const batch = sequences();
  const { loss, first, last } = denoiser.loss(parameters, batch, seed);
  assert([loss, first, last].every((value) => Number.isFinite(read(value))));
  // The first frame's error weighs a third; what it makes of its frame changes the others'.
  const key = "denoiser/unet/last/bias";
  const moved = { ...parameters, [key]: parameters[key].add(0.5) };
  const only = {
    ...batch,
    ...Object.fromEntries(
      ["seen", "actions", "resets"].map((name) => [name, (batch as NamedTensors)[name].slice(0, PAST + 1)]),
    ),
  };
  close(denoiser.loss(moved, only, seed).loss, denoiser.loss(moved, batch, seed).first);
  checkGradients((p) => denoiser.loss({ ...parameters, ...p }, only, seed), {
    [key]: parameters[key],
    "denoiser/actions/kernel": parameters["denoiser/actions/kernel"],
    "denoiser/unet/first/kernel": parameters["denoiser/unet/first/kernel"],
    "denoiser/unet/middle/block1/modulation/kernel":
      parameters["denoiser/unet/middle/block1/modulation/kernel"],
  });
  const seen = (pixels: tf.Tensor) =>
    denoiser.loss(parameters, { ...batch, seen: pixels }, seed).last.asScalar();
  const slope = tf.grad(seen)(batch.seen);
  // The last frame is compared with itself; the first to be foreseen reaches it by its own prediction alone.
  const sizes = slope.abs().sum([1, 2, 3, 4]).dataSync();
  assertEquals(sizes[PAST], 0);
  assert(sizes[TIME - 1] > 0);
});
