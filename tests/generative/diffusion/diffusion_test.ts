import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { encodePng } from "../../../core/pictures/encode_png.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData, PointData } from "../../../generative/data/dataset.ts";
import { DDM } from "../../../generative/diffusion/ddm_kind.ts";
import { type DenoisingNetwork, Diffusion } from "../../../generative/diffusion/diffusion.ts";
import { DIFFUSION } from "../../../generative/diffusion/diffusion_kind.ts";
import { DIFFUSION_MOONS } from "../../../generative/diffusion/diffusion_moons_kind.ts";
import { channelMoments, UNSCALED } from "../../../generative/diffusion/example_scales.ts";
import { noiseSchedule } from "../../../generative/diffusion/noise_schedule.ts";
import { parametrisation } from "../../../generative/diffusion/parametrisation.ts";
import { PictureNetwork } from "../../../generative/diffusion/picture_network.ts";
import { UNet } from "../../../generative/diffusion/unet.ts";
import type { GenerativeModel } from "../../../generative/models/model.ts";
import { countParameters, type NamedTensors } from "../../../generative/nn/mod.ts";
import { normal, seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { createModel, learn } from "../support/learn.ts";
import { onBackends } from "../support/on_backends.ts";
import { noisePictures, squarePictures } from "../support/pictures.ts";

const SMALL_NET = { channels: 8, multipliers: [1, 2], blocks: 1, attention: [4], dropout: 0 };

function gaussian(count: number, deviation: number): PointData {
  const random = new RandomStream(3);
  const points = Float32Array.from({ length: 2 * count }, () => deviation * random.normal());
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  return { kind: "points", name: "gaussian", count, dimensions: 2, points, labels, classes: ["even", "odd"] };
}

/** What v leaves to the best network on points of a Gaussian, at a time of the cosine schedule. */
function floorAt(time: number, deviation: number): number {
  const { signal, noise } = noiseSchedule("cosine").at(time);
  return deviation ** 2 / (signal ** 2 * deviation ** 2 + noise ** 2);
}

/** The mean of those over all times. */
function floor(deviation: number): number {
  const times = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
  return times.reduce((sum, time) => sum + floorAt(time, deviation), 0) / 1000;
}

/** Answers with the very v of a Gaussian of this deviation. */
class Exact implements DenoisingNetwork {
  readonly parameters = {};
  constructor(readonly deviation: number) {}

  apply(_: NamedTensors, x: tf.Tensor, { noise: turn }: { noise: tf.Tensor }): tf.Tensor {
    const angle = turn.mul(Math.PI / 2).expandDims(1);
    const [signal, noise] = [angle.cos(), angle.sin()];
    const power = this.deviation ** 2;
    const clean = x.mul(signal).mul(power).div(signal.square().mul(power).add(noise.square()));
    return x.mul(signal).sub(clean).div(noise);
  }
}

onBackends("the loss of the exact denoiser of a Gaussian is its closed form, weighted or not", () => {
  const deviation = 0.5;
  const examples = tf.tensor2d(gaussian(20_000, deviation).points, [20_000, 2]);
  const settings = {
    schedule: noiseSchedule("cosine"),
    parametrisation: parametrisation("v"),
    scale: UNSCALED,
    error: "squared",
  } as const;
  const plain = new Diffusion(new Exact(deviation), settings);
  assertAlmostEquals(
    plain.loss({}, { examples }, seedTensor([1, 2])).loss.dataSync()[0],
    floor(deviation),
    0.02,
  );
  const weighted = new Diffusion(new Exact(deviation), { ...settings, minSnr: 5 });
  let wanted = 0;
  for (let i = 0; i < 1000; i++) {
    const { signal, noise } = settings.schedule.at((i + 0.5) / 1000);
    wanted += Math.min((signal / noise) ** 2, 5) * noise ** 2 * floorAt((i + 0.5) / 1000, deviation) / 1000;
  }
  assertAlmostEquals(weighted.loss({}, { examples }, seedTensor([1, 2])).loss.dataSync()[0], wanted, 0.01);
});

Deno.test("a network learns the noise of points: its loss comes close to that of the exact one", async () => {
  const data = gaussian(1000, 0.5);
  const model = createModel(DIFFUSION_MOONS, data, { hidden: [32, 32], batchSize: 1000, epochs: 300 });
  const { state, curve } = await learn(model, data, { steps: 300 });
  const reached = curve.slice(-20).reduce((sum, { loss }) => sum + loss, 0) / 20;
  assert(curve[0].loss > floor(0.5) + 0.2, `${curve[0].loss} at the start`);
  assertAlmostEquals(reached, floor(0.5), 0.05);
  disposeTrainState(state);
});

Deno.test("networks that end in zeros begin with the error of the answer 0", async () => {
  const pictures = noisePictures(64, 8, 3);
  const first = async (model: GenerativeModel) => {
    const { state, curve } = await learn(model, pictures, { steps: 1 });
    disposeTrainState(state);
    return curve[0].loss;
  };
  const ddm = createModel(DDM, pictures, { widths: [4], middle: 4, blocks: 1 });
  assertAlmostEquals(await first(ddm), Math.sqrt(2 / Math.PI), 0.02, "the mean absolute value of noise");
  // v of pixels of variance 1/3: the mean of signal^2 + noise^2 / 3 over a quarter turn
  const v = createModel(DIFFUSION, pictures, { ...SMALL_NET, attribute: "none" });
  assertAlmostEquals(await first(v), 2 / 3, 0.03);
});

Deno.test("U-Nets learn pictures, whatever they are to predict", async () => {
  const pictures = squarePictures(32, 8, 1);
  const rates = { learningRate: 3e-3, finalLearningRate: 3e-3, warmUpSteps: 0, attribute: "none" };
  const small = { ...SMALL_NET, ...rates, multipliers: [1], attention: [] };
  const book = { widths: [8], middle: 8, blocks: 1, learningRate: 3e-3 };
  const models = {
    v: createModel(DIFFUSION, pictures, { ...SMALL_NET, ...rates }),
    edm: createModel(DIFFUSION, pictures, { ...small, target: "edm", schedule: "edm" }),
    book: createModel(DDM, pictures, book),
  };
  for (const [name, model] of Object.entries(models)) {
    const { state, curve } = await learn(model, pictures, { steps: 40 });
    const reached = curve.slice(-10).reduce((sum, { loss }) => sum + loss, 0) / 10;
    assert(reached < 0.7 * curve[0].loss, `${name}: from ${curve[0].loss} to ${reached}`);
    disposeTrainState(state);
  }
});

Deno.test("the U-Net has DDPM's 35,746,307 parameters for CIFAR-10, but for blocks that scale as well as shift", () => {
  const { parameters } = new PictureNetwork({
    size: 32,
    colors: 3,
    labels: 0,
    channels: 128,
    multipliers: [1, 2, 2, 2],
    blocks: 2,
    attention: [16],
    dropout: 0.1,
  });
  const modulation = Object.fromEntries(
    Object.entries(parameters).filter(([name]) => name.includes("/modulation/")),
  );
  assertEquals(countParameters(parameters) - countParameters(modulation) / 2, 35_746_307);
});

Deno.test("the book's batch norms hold 2,880 numbers", () => {
  const { parameters } = DDM.create(DDM.presets.book, DDM.published!.data);
  const norms = Object.entries(parameters).filter(([name]) => name.includes("/moving"));
  assertEquals(countParameters(Object.fromEntries(norms)), 2880);
});

Deno.test("the book's model scales channels to mean 0 and variance 1", async () => {
  const data = noisePictures(40, 8, 3, (random) => random.integer(20, 120));
  const { mean, variance } = channelMoments(data.pictures, 3);
  const values = Array.from(data.pictures).filter((_, i) => i % 3 === 1).map((byte) => byte / 255);
  const average = values.reduce((sum, value) => sum + value) / values.length;
  assertAlmostEquals(mean[1], average, 1e-9);
  assertAlmostEquals(
    variance[1],
    values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length,
    1e-9,
  );
  const state = await createModel(DDM, data, { widths: [4], middle: 4 }).begin(data, new RandomStream(1));
  assertClose(state.parameters["scale/mean"], mean);
  disposeTrainState(state);
});

onBackends("a U-Net takes pictures with others laid over them, and an embedding of any kind", () => {
  const net = new UNet("net", { ...SMALL_NET, size: 8, inputs: 5, outputs: 3, embedding: 6 });
  const parameters = Object.fromEntries(
    Object.entries(net.parameters).map((
      [name, { shape }],
      i,
    ) => [name, normal(shape, seedTensor([i, 1])).mul(0.3)]),
  );
  const x = normal([2, 8, 8, 5], seedTensor([0, 2]));
  const told = (seed: number) => net.apply(parameters, x, normal([2, 6], seedTensor([seed, 3])));
  assertEquals(told(1).shape, [2, 8, 8, 3]);
  assert(told(1).sub(told(2)).abs().max().dataSync()[0] > 1e-3, "the embedding counts");
  assertThrows(
    () => new UNet("net", { ...SMALL_NET, size: 9, inputs: 1, outputs: 1, embedding: 4 }),
    RangeError,
    "expected a side that 2 divides, got 9",
  );
});

/** A model that learned nothing, with its parameters. */
async function untrained(changes: Partial<typeof DIFFUSION.presets.book>, channels = 1) {
  const data: PictureData = {
    ...noisePictures(8, 8, channels),
    labels: new Int32Array(8),
    classes: ["shirt", "shoe"],
  };
  const model = createModel(DIFFUSION, data, { ...SMALL_NET, ...changes });
  const { parameters, optimiser } = await model.begin(data, new RandomStream(1));
  tf.dispose(optimiser);
  const sample = (options: Record<string, number | string>, count = 2) =>
    model.sample!(parameters, { count, random: new RandomStream(2), options: { steps: 2, ...options } });
  return { sample, parameters };
}

Deno.test("the same seed draws the same first samples, however many there are", async () => {
  const { sample, parameters } = await untrained({ attribute: "none" });
  const [few, many] = [await sample({ sampler: "ddim" }, 2), await sample({ sampler: "ddim" }, 5)];
  assert(few.kind === "pictures" && many.kind === "pictures");
  assertEquals(few.pictures, many.pictures.slice(0, 2));
  tf.dispose(parameters);
});

Deno.test("the kept half of a picture stays as it is, whatever the sampler", async () => {
  const { sample, parameters } = await untrained({ attribute: "class" }, 3);
  const random = new RandomStream(9);
  const picture = {
    width: 8,
    height: 8,
    data: Uint8Array.from({ length: 192 }, () => random.integer(0, 256)),
  };
  const path = Deno.makeTempFileSync({ suffix: ".png" });
  Deno.writeFileSync(path, encodePng(picture));
  for (const sampler of ["ddim", "dpm", "heun", "ancestral"]) {
    const drawn = await sample({ picture: path, keep: "left", label: "shirt", sampler });
    assert(drawn.kind === "pictures");
    for (const { data } of drawn.pictures) {
      for (let i = 0; i < data.length; i++) {
        if (Math.floor(i / 3) % 8 < 4) assertAlmostEquals(data[i], picture.data[i], 1);
      }
    }
    const [first, second] = drawn.pictures;
    assert(first.data.some((value, i) => value !== second.data[i]), "the other half is painted");
  }
  const near = await sample({ picture: path, strength: 0.01 });
  assert(near.kind === "pictures");
  assertAlmostEquals(near.pictures[0].data[0], picture.data[0], 40, "hardly noised");
  Deno.removeSync(path);
  tf.dispose(parameters);
});

Deno.test("options of samples that make no sense are refused in a sentence", async () => {
  const { sample, parameters } = await untrained({ attribute: "class" });
  const refused = (options: Record<string, number | string>, sentence: string) =>
    assertRejects(() => sample(options), Error, sentence);
  await refused({ steps: 0 }, "Cannot set --steps: expected a whole number from 1 to 1000, got 0");
  await refused({ steps: 1001 }, "Cannot set --steps: expected a whole number from 1 to 1000, got 1001");
  await refused({ label: "sock" }, "Cannot set --label: expected in-turn or shirt or shoe, got");
  await refused({ sampler: "euler" }, "Cannot set --sampler: expected ddim or dpm or heun or ancestral, got");
  await refused(
    { keep: "left" },
    "Cannot keep the left of a picture: expected one as --picture FILE, got none",
  );
  await refused(
    { picture: "/no/such.png" },
    'Cannot read the picture "/no/such.png": expected a picture file',
  );
  const path = Deno.makeTempFileSync({ suffix: ".png" });
  Deno.writeFileSync(path, encodePng({ width: 4, height: 8, data: new Uint8Array(96) }));
  await refused({ picture: path, keep: "top" }, "expected 8x8 pixels, as the model draws, got 4x8");
  Deno.removeSync(path);
  tf.dispose(parameters);

  const free = await untrained({ attribute: "none" });
  const sentence = "Cannot set --guidance: expected a model that learned with labels, got one without";
  await assertRejects(async () => await free.sample({ guidance: 3 }), RangeError, sentence);
  tf.dispose(free.parameters);
});

Deno.test("configurations that make no sense are refused in a sentence", () => {
  const data = { ...noisePictures(8, 8, 1), labels: new Int32Array(8), classes: ["shirt", "shoe"] };
  const refused = (changes: Partial<typeof DIFFUSION.presets.book>, sentence: string) =>
    assertThrows(() => createModel(DIFFUSION, data, { ...SMALL_NET, ...changes }), Error, sentence);
  refused({ target: "epsilon" }, "Cannot train diffusion: expected --target v or x0 with --schedule cosine");
  refused({ target: "edm" }, "expected --schedule edm with --target edm, got --schedule cosine");
  refused({ attribute: "beard" }, 'expected --attribute to be one of class, got "beard"');
  refused({ multipliers: [1, 1, 1, 1, 1] }, "a side that is a multiple of 16");
});
