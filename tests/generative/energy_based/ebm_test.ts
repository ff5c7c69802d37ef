import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { areaUnderCurve } from "../../../generative/energy_based/area_under_curve.ts";
import { contrastiveStep } from "../../../generative/energy_based/contrastive_step.ts";
import { EBM, type EBMOptions, quarterTurn } from "../../../generative/energy_based/ebm.ts";
import { EBM_DIGITS } from "../../../generative/energy_based/ebm_kind.ts";
import { langevin } from "../../../generative/energy_based/langevin.ts";
import { compile, seedTensor } from "../../../generative/runtime/mod.ts";
import { adamW, disposeTrainState, initialiseTrainState } from "../../../generative/train/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { createModel } from "../support/learn.ts";
import { onBackends } from "../support/on_backends.ts";
import { pattern } from "../support/patterns.ts";
import { squarePictures } from "../support/pictures.ts";

const OPTIONS: EBMOptions = {
  ...EBM_DIGITS.presets.book,
  size: 4,
  channels: 1,
  filters: [4, 4],
  hidden: 4,
  batchSize: 8,
  bufferSize: 20,
  chainSteps: 3,
};
const seed = () => seedTensor([3, 5]);

onBackends("langevin() ends with the mean and the variance of a Gaussian, whose score it follows", () => {
  const [mean, deviation, stepSize, count] = [2, 0.5, 0.02, 10_000];
  const chains = compile((start: tf.Tensor, seed: tf.Tensor) =>
    langevin(
      (x) => tf.sub(mean, x).div(deviation ** 2),
      start,
      { steps: 60, stepSize, noise: Math.sqrt(2 * stepSize) },
      seed,
    )
  )(tf.zeros([count]), seed());
  const kept = (1 - stepSize / deviation ** 2) ** 2; // a step keeps so much of the variance, and adds its own
  const variance = 2 * stepSize * kept / (1 - kept);
  const moments = tf.moments(chains);
  assertAlmostEquals(moments.mean.dataSync()[0], mean, 4 * deviation / Math.sqrt(count) + 1e-3);
  assertAlmostEquals(moments.variance.dataSync()[0], variance, 5 * variance * Math.sqrt(2 / count));
});

onBackends("langevin() limits the score and keeps chains within their range", () => {
  const options = { steps: 3, stepSize: 2, noise: 0, clipScore: 0.1, range: [-1, 0.5] as const };
  const chains = langevin((x) => x.mul(100), tf.tensor1d([0.05, -0.05, -0.7]), options, seed());
  assertClose(chains, [0.5, -0.65, -1]);
});

Deno.test("the loss of scores that are all the same has a closed form", () => {
  const batch = { pictures: pattern([8, 4, 4, 1]), chains: pattern([8, 4, 4, 1], 1) };
  const losses = (objective: EBMOptions["objective"]) => {
    const ebm = new EBM({ ...OPTIONS, objective });
    const { parameters } = initialiseTrainState(ebm, adamW({ learningRate: 1 }), new RandomStream(1));
    const constant = { "score/kernel": tf.zeros([4, 1]), "score/bias": tf.tensor1d([3]) };
    return ebm.loss({ ...parameters, ...constant }, batch, seed());
  };
  assertAlmostEquals(losses("contrast").loss.dataSync()[0], 0.1 * (9 + 9), 1e-5);
  assertAlmostEquals(losses("softplus").loss.dataSync()[0], Math.LN2 + 0.1 * (9 + 9), 1e-5);
});

Deno.test("chains start from noise as often as they should, else from the buffer, whose oldest pictures fall off", () => {
  const ebm = new EBM({ ...OPTIONS, restarts: 0.25, stepSize: 1e-9, noise: 0, bufferSize: 1500 });
  let state = initialiseTrainState(ebm, adamW({ learningRate: 1 }), new RandomStream(1));
  const begun = state.buffers!["buffer/pictures"].slice([0, 0, 0, 0], [8, -1, -1, -1]);
  const pictures = tf.zeros([1000, 4, 4, 1]);
  const known = (rows: tf.Tensor, among: tf.Tensor) =>
    // the share of the rows that are among others
    rows.reshape([-1, 1, 16]).sub(among.reshape([1, -1, 16])).abs().max(2).less(1e-6).any(1).toFloat().mean()
      .dataSync()[0];
  const first = ebm.walk(state, { pictures }, seed());
  assertAlmostEquals(known(first.chains, begun), 0.75, 0.06);
  assertAlmostEquals(first.buffers!["buffer/filled"].dataSync()[0], 1008);
  state = { ...state, buffers: first.buffers };
  const second = ebm.walk(state, { pictures }, seedTensor([4, 4]));
  const { "buffer/pictures": buffer, "buffer/filled": filled } = second.buffers!;
  assertClose(buffer, tf.concat([second.chains, first.chains.slice([0, 0, 0, 0], [500, -1, -1, -1])]));
  assertAlmostEquals(filled.dataSync()[0], 1500);
});

onBackends("a step raises the score of the data above that of the chains", async () => {
  const ebm = new EBM({ ...OPTIONS, noise: 0, regularisation: 0 });
  const optimiser = adamW({ learningRate: 0.01 });
  const { pictures: bytes } = squarePictures(8, 4, 1);
  const pictures = tf.tensor4d(Float32Array.from(bytes), [8, 4, 4, 1]).div(127.5).sub(1);
  const step = contrastiveStep(ebm, optimiser);
  const state = initialiseTrainState(ebm, optimiser, new RandomStream(1));
  const { state: next, losses } = await step.run(state, { pictures }, seed());
  const chains = next.buffers!["buffer/pictures"].slice([0, 0, 0, 0], [8, -1, -1, -1]);
  const mean = (x: tf.Tensor) => ebm.score(next.parameters, x).mean();
  const after = mean(chains).sub(mean(pictures)).dataSync()[0];
  assert(after < losses.contrast.dataSync()[0] - 1e-3, `${after}, ${losses.contrast}`);
  step.dispose();
  for (const made of [state, next]) disposeTrainState(made);
});

Deno.test("areaUnderCurve() counts pairs in the right order, ties half", () => {
  assertClose(areaUnderCurve(tf.tensor1d([3, 2]), tf.tensor1d([1, 2])), [3.5 / 4]);
});

Deno.test("quarterTurn() turns to the right, four times once around", () => {
  const picture = pattern([1, 3, 3, 1]);
  const [a, b, c, d, e, f, g, h, i] = picture.dataSync();
  assertClose(quarterTurn(picture), [g, d, a, h, e, b, i, f, c]);
});

Deno.test("a buffer that holds less than a step's chains is refused", () => {
  assertThrows(
    () => createModel(EBM_DIGITS, squarePictures(4, 8, 1), { bufferSize: 64 }),
    RangeError,
    "expected --buffer-size of at least --batch-size, 128, got 64",
  );
});
