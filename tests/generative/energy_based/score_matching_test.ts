import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import type { PointData } from "../../../generative/data/dataset.ts";
import { drawAnnealed } from "../../../generative/energy_based/draw_annealed.ts";
import { ScoreMatching } from "../../../generative/energy_based/score_matching.ts";
import { SCORE_MATCHING } from "../../../generative/energy_based/score_matching_kind.ts";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { createModel, learn } from "../support/learn.ts";
import { onBackends } from "../support/on_backends.ts";

const OPTIONS = { dimensions: 2, hidden: [32, 32], levels: 5, sigmaMax: 2, sigmaMin: 0.1, stepSize: 0.05 };

/** The exact score of a Gaussian of this mean and deviation in both coordinates, under noise. */
class Exact extends ScoreMatching {
  constructor(readonly mean: number, readonly deviation: number) {
    super(OPTIONS);
  }

  override score(_: NamedTensors, points: tf.Tensor, sigma: tf.Tensor): tf.Tensor {
    return tf.sub(this.mean, points).div(sigma.square().add(this.deviation ** 2));
  }
}

/** What the exact score of a standard Gaussian leaves: 1 / (1 + sigma^2) at each level, for both coordinates. */
const floor = (sigmas: readonly number[]) =>
  sigmas.reduce((sum, sigma) => sum + 1 / (1 + sigma ** 2), 0) / sigmas.length;

function gaussian(count: number): PointData {
  const random = new RandomStream(3);
  const points = Float32Array.from({ length: 2 * count }, () => random.normal());
  return { kind: "points", name: "gaussian", count, dimensions: 2, points };
}

Deno.test("noise levels fall by the same factor from the largest to the smallest", () => {
  const { sigmas } = new ScoreMatching(OPTIONS);
  assertClose(tf.tensor1d([...sigmas]), [0, 1, 2, 3, 4].map((i) => 2 * 20 ** (-i / 4)));
});

onBackends("the loss of the exact score of a Gaussian is its closed form", () => {
  const { points } = gaussian(50_000);
  const exact = new Exact(0, 1);
  const { loss } = exact.loss({}, { points: tf.tensor2d(points, [50_000, 2]) }, seedTensor([1, 2]));
  assertAlmostEquals(loss.dataSync()[0], floor(exact.sigmas), 0.02);
});

onBackends(
  "annealed chains along the exact score of a Gaussian end with the moments that their steps lead to",
  async () => {
    const [mean, deviation, count, steps] = [1.5, 0.5, 4000, 60];
    const model = new Exact(mean, deviation);
    let [distance, variance] = [mean, OPTIONS.sigmaMax ** 2];
    for (const sigma of model.sigmas) {
      const stepSize = OPTIONS.stepSize * sigma ** 2;
      const kept = 1 - stepSize / (deviation ** 2 + sigma ** 2); // of what is left to the mean
      for (let i = 0; i < steps; i++) {
        distance *= kept;
        variance = kept ** 2 * (variance + 2 * stepSize);
      }
    }
    const drawn = await Array.fromAsync(
      drawAnnealed(model, {}, { count, steps, random: new RandomStream(4) }),
    );
    assert(drawn.length === 6, "the start, and a stop for each level");
    const moments = tf.moments(tf.tensor2d(drawn.at(-1)!, [count, 2]), 0);
    assertClose(moments.mean, [mean - distance, mean - distance], 5 * Math.sqrt(variance / count));
    assertClose(moments.variance, [variance, variance], 5 * variance * Math.sqrt(2 / count));
    assertAlmostEquals(variance, deviation ** 2, 0.1, "near those of the Gaussian");
  },
);

Deno.test("a network learns the score: its loss comes close to that of the exact one", async () => {
  const data = gaussian(2000);
  const model = createModel(SCORE_MATCHING, data, { ...OPTIONS, batchSize: 2000, epochs: 400 });
  const { state, curve } = await learn(model, data, { steps: 400 });
  const reached = curve.slice(-20).reduce((sum, { loss }) => sum + loss, 0) / 20;
  const { sigmas } = new ScoreMatching(OPTIONS);
  assert(curve[0].loss > floor(sigmas) + 0.2, `${curve[0].loss} at the start`);
  assertAlmostEquals(reached, floor(sigmas), 0.03);
  disposeTrainState(state);
});

Deno.test("a smallest noise that is no smaller than the largest is refused", () => {
  assertThrows(
    () => createModel(SCORE_MATCHING, gaussian(4), { sigmaMin: 2 }),
    RangeError,
    "expected --sigma-min below --sigma-max, 2, got 2",
  );
});
