import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { followPlan, planTable } from "../../../generative/diffusion/follow_plan.ts";
import {
  type DenoiseLabelled,
  dropLabels,
  guided,
  threshold,
} from "../../../generative/diffusion/guidance.ts";
import { noiseSchedule } from "../../../generative/diffusion/noise_schedule.ts";
import { samplingLevels, samplingPlan } from "../../../generative/diffusion/sampling_plan.ts";
import { normal, seedTensor } from "../../../generative/runtime/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { onBackends } from "../support/on_backends.ts";

/** Gaussians of deviation 0.5 around -1 and 2, and one around 0.25 that stands for no label. */
const CENTRES = [-1, 2, 0.25], POWER = 0.25, LABELS = 2;
const denoise: DenoiseLabelled = (x, { signal, noise }, labels) => {
  const centre = tf.oneHot(labels.toInt(), 3).toFloat().mul(CENTRES).sum(1, true);
  const gain = signal.mul(POWER).div(signal.square().mul(POWER).add(noise.square()));
  return x.sub(signal.mul(centre)).mul(gain).add(centre);
};
const level = { signal: tf.scalar(0.8), noise: tf.scalar(0.6) };
const labels = tf.tensor1d([0, 1, 1], "int32");
const x = tf.tensor2d([[0.1], [0.9], [-0.4]]);

onBackends("guidance of 1 is what was learned with labels, of 0 what was learned without", () => {
  const none = tf.fill([3], LABELS, "int32");
  const at = (guidance: number) => guided(denoise, labels, { guidance, count: LABELS })(x, level);
  assertClose(at(1), denoise(x, level, labels));
  assertClose(at(0), denoise(x, level, none));
  assertClose(at(1.0001), at(1), 1e-3);
  assertClose(at(0.0001), at(0), 1e-3);
});

onBackends("guided samples are those of the tempered density p(x) (p(x | label) / p(x))^w", () => {
  const [count, guidance] = [2000, 2.5];
  const along = samplingLevels("dpm", noiseSchedule("cosine"), { steps: 16 });
  const start = normal([count, 1], seedTensor([1, 2])).mul(along[0].noise);
  const steered = guided(denoise, tf.fill([count], 1, "int32"), { guidance, count: LABELS });
  const { x: end } = followPlan(steered, start, planTable(samplingPlan("dpm", along)), {
    seed: seedTensor([3, 4]),
  });
  const { mean, variance } = tf.moments(end);
  // Gaussians of equal deviation: only the centre moves
  assertAlmostEquals(mean.dataSync()[0], CENTRES[2] + guidance * (CENTRES[1] - CENTRES[2]), 0.06);
  assertAlmostEquals(variance.dataSync()[0], POWER, 0.04);
});

onBackends("rescaled guidance gives examples the deviation that they have without it", () => {
  const wide = normal([4, 50], seedTensor([5, 6]));
  const spread: DenoiseLabelled = (x, _, labels) => x.mul(labels.toFloat().add(1).reshape([-1, 1]));
  const told = tf.tensor1d([1, 0, 1, 0], "int32");
  const deviation = (y: tf.Tensor) => tf.moments(y, 1).variance.sqrt();
  const plain = deviation(spread(wide, level, told));
  const steer = (rescale: number) =>
    guided(spread, told, { guidance: 4, rescale, count: LABELS })(wide, level);
  assertClose(deviation(steer(1)), plain, 1e-3);
  const [half, none] = [deviation(steer(0.5)), deviation(steer(0))];
  assertClose(half, plain.add(none).div(2), 1e-3);
});

onBackends("a threshold keeps numbers within -1 .. 1: cut off, or divided by their 99.5th percentile", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i - 500) / 100); // -5 .. 4.99
  const rows = tf.tensor2d([...values, ...values.map((value) => value / 10)], [2, 1000]);
  assertEquals(threshold("none", rows), rows);
  const [cut, tame] = threshold("clip", rows).split(2);
  assertEquals([cut.min().dataSync()[0], cut.max().dataSync()[0]], [-1, 1]);
  assertClose(tame, values.map((value) => value / 10));
  const [divided, left] = threshold("dynamic", rows).split(2);
  assertClose(left, values.map((value) => value / 10)); // all within 1: not scaled up
  assertAlmostEquals(divided.slice([0, 600], [1, 1]).dataSync()[0], 1 / 4.98, 1e-3);
  assertAlmostEquals(divided.abs().max().dataSync()[0], 1, 1e-6);
});

onBackends("labels are hidden as often as asked for, the others stay", () => {
  const labels = tf.tensor1d(Int32Array.from({ length: 5000 }, (_, i) => i % LABELS), "int32");
  const told = dropLabels(labels, { count: LABELS, hidden: 0.2 }, seedTensor([7, 8]));
  const [before, after] = [labels.dataSync(), told.dataSync()];
  const hidden = after.filter((label) => label === LABELS).length;
  assertAlmostEquals(hidden / 5000, 0.2, 0.025);
  after.forEach((label, i) => assertEquals(label === LABELS || label === before[i], true));
  assertEquals(told.dtype, "int32");
});
