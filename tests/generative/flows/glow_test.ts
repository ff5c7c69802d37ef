import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { type PictureData, selectExamples } from "../../../generative/data/mod.ts";
import { ActNorm, startByData } from "../../../generative/flows/act_norm.ts";
import { InvertibleConvolution, invertTriangular } from "../../../generative/flows/channel_mixing.ts";
import { Glow } from "../../../generative/flows/glow.ts";
import { GLOW } from "../../../generative/flows/glow_kind.ts";
import { GlowStep } from "../../../generative/flows/glow_step.ts";
import { SplitPrior, TopPrior } from "../../../generative/flows/level_prior.ts";
import { initialiseParameters, type NamedTensors, type ParameterSpecs } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { createModel, learn, measure } from "../support/learn.ts";
import { onBackends } from "../support/on_backends.ts";
import { pattern } from "../support/patterns.ts";
import { noisePictures, squarePictures } from "../support/pictures.ts";
import { logDeterminants } from "./support.ts";

/** Parameters away from where they start, zeros among them. */
function moved(specs: ParameterSpecs): NamedTensors {
  const parameters = initialiseParameters(specs, new RandomStream(1));
  return Object.fromEntries(
    Object.entries(parameters).map((
      [name, value],
      i,
    ) => [name, specs[name].frozen ? value : value.add(pattern(value.shape, i).mul(0.2))]),
  );
}

onBackends("the layers of Glow have the log determinants of numeric Jacobians, and their inverses", () => {
  const x = pattern([2, 2, 2, 4], 3);
  for (const mixing of ["conv", "reverse"] as const) {
    const step = new GlowStep("step", { channels: 4, width: 5, mixing });
    const parameters = moved(step.parameters);
    const { latents, logDeterminant } = step.normalise(parameters, x);
    assertClose(step.generate(parameters, latents), x, 1e-4);
    assertClose(logDeterminant, logDeterminants((x) => step.normalise(parameters, x).latents, x), 2e-2);
  }
  const norm = new ActNorm("norm", 4);
  const scale = moved(norm.parameters);
  assertClose(norm.invert(scale, norm.apply(scale, x)), x, 1e-5);
  assertClose(
    norm.logDeterminant(scale, x).add(tf.zeros([2])),
    logDeterminants((x) => norm.apply(scale, x), x),
    1e-2,
  );
  for (const prior of [new SplitPrior("prior", 2), new TopPrior("prior", 4)]) {
    const parameters = moved(prior.parameters);
    const { rest, latents, logDeterminant } = prior.take(parameters, x);
    assertClose(prior.give(parameters, latents, rest), x, 1e-5);
    const map = (x: tf.Tensor) => {
      const { rest, latents } = prior.take(parameters, x);
      return rest.shape[3] === 4 ? latents : tf.concat([rest, latents], 3);
    };
    assertClose(logDeterminant.add(tf.zeros([2])), logDeterminants(map, x), 2e-2);
  }
});

onBackends("Glow inverts itself to 1e-3, with 48 channels as well, and its log determinant is exact", () => {
  const glow = new Glow({ size: 4, channels: 1, levels: 2, flowSteps: 2, width: 4, mixing: "conv", bits: 8 });
  const parameters = moved(glow.parameters);
  const x = pattern([2, 4, 4, 1], 3).mul(0.5);
  const { latents, logDeterminant } = glow.normalise(parameters, x);
  assertClose(glow.generate(parameters, latents), x, 1e-3);
  assertClose(logDeterminant, logDeterminants((x) => glow.normalise(parameters, x).latents, x), 5e-2);

  const wide = new InvertibleConvolution("wide", 48);
  const weights = moved(wide.parameters);
  const channels = pattern([1, 2, 2, 48]);
  assertClose(wide.invert(weights, wide.apply(weights, channels)), channels, 1e-3);
  const triangle = tf.linalg.bandPart(pattern([20, 20]).mul(0.5), -1, 0) as tf.Tensor2D;
  const unit = triangle.sub(tf.linalg.bandPart(triangle, 0, 0)).add(tf.eye(20)) as tf.Tensor2D;
  assertClose(unit.matMul(invertTriangular(unit)), tf.eye(20), 1e-3);
});

onBackends("actnorm starts with channels of mean 0 and variance 1 on the first pictures", () => {
  const norm = new ActNorm("norm", 2);
  const x = pattern([8, 4, 4, 2]).mul(3).add(5);
  const fresh = initialiseParameters(norm.parameters, new RandomStream(1));
  const found = startByData(fresh, Object.keys(norm.parameters), (parameters) => norm.apply(parameters, x));
  const { mean, variance } = tf.moments(norm.apply(found, x), [0, 1, 2]);
  assertClose(mean, [0, 0], 1e-4);
  assertClose(variance, [1, 1], 1e-3);
});

onBackends("dequantised pictures keep their shades, and bits count them", () => {
  const options = { size: 2, channels: 1, levels: 1, flowSteps: 1, width: 2, mixing: "reverse" } as const;
  const bytes = tf.tensor4d([0, 3, 128, 255], [1, 2, 2, 1], "int32");
  const fine = new Glow({ ...options, bits: 8 });
  for (const seed of [undefined, seedTensor([1, 2])]) {
    assertClose(fine.quantise(fine.dequantise(bytes, seed)).mul(255), bytes.toFloat(), 1e-3);
  }
  const coarse = new Glow({ ...options, bits: 1 });
  assertClose(coarse.quantise(coarse.dequantise(bytes)), [0, 0, 1, 1]);

  // One pixel in another place has the density of N(0, I) for its four numbers: bits a number follow from it.
  const zero = Object.fromEntries(
    Object.entries(fine.parameters).map(([name, { shape }]) => [name, tf.zeros(shape)]),
  );
  const { latents, logDeterminant } = fine.normalise(zero, fine.dequantise(bytes));
  const density = latents.square().sum().dataSync()[0] / -2 - 2 * Math.log(2 * Math.PI) +
    logDeterminant.dataSync()[0];
  const batch = { pictures: bytes.tile([500, 1, 1, 1]) };
  const { bitsPerDimension } = fine.loss(zero, batch, seedTensor([1, 2]));
  assertAlmostEquals(bitsPerDimension.dataSync()[0], 8 - density / 4 / Math.LN2, 1e-3);
});

const SMALL = {
  levels: 3,
  flowSteps: 1,
  width: 8,
  learningRate: 1e-2,
  finalLearningRate: 1e-2,
  warmUpSteps: 0,
};

/** Bits a number that a small Glow needs for pictures after learning from others. */
async function bitsOf(learned: PictureData, held = learned): Promise<number> {
  const model = createModel(GLOW, learned, SMALL);
  const { state } = await learn(model, learned, { steps: 60 });
  const { bitsPerDimension } = measure(model, state.parameters, held);
  disposeTrainState(state);
  return bitsPerDimension;
}

Deno.test("glow learns pictures, and no better density of noise than there is", async () => {
  const squares = await bitsOf(squarePictures(32, 8, 1));
  const noise = noisePictures(64, 8, 1);
  const half = (first: number) => selectExamples(noise, Array.from({ length: 32 }, (_, i) => first + i));
  const unseen = await bitsOf(half(0) as PictureData, half(32) as PictureData);
  assert(squares < 6.5 && unseen > 7.95, `${squares}, ${unseen}`);
});

Deno.test("glow draws one picture at temperature 0, and wants sides that can be halved", async () => {
  const data = squarePictures(4, 8, 1);
  const model = createModel(GLOW, data, SMALL);
  const state = await model.begin(data, new RandomStream(1));
  const options = { temperature: 0 };
  const [first, second] = await Promise.all(
    [1, 2].map((seed) =>
      model.sample!(state.parameters, { count: 1, random: new RandomStream(seed), options })
    ),
  );
  assertEquals(first, second);
  disposeTrainState(state);
  assertThrows(
    () => createModel(GLOW, noisePictures(1, 12, 1), SMALL),
    TypeError,
    'Cannot train glow on "noise": expected square pictures with a side that is a multiple of 8 (set --size)',
  );
});
