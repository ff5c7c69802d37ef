import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Autoencoder } from "../../../generative/autoencoders/autoencoder.ts";
import { AUTOENCODER } from "../../../generative/autoencoders/autoencoder_kind.ts";
import { fitMixture } from "../../../generative/autoencoders/gaussian_mixture.ts";
import { latentMixture } from "../../../generative/autoencoders/latent_mixture.ts";
import { shapeOf } from "../../../generative/data/dataset.ts";
import { toPictures } from "../../../generative/data/picture_tensors.ts";
import { createPart } from "../../../generative/models/parts.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { disposeTrainState, readTensors } from "../../../generative/train/mod.ts";
import { squarePictures } from "../support/pictures.ts";

await startBackend();

const data = squarePictures(60, 8, 1);
const shape = shapeOf(data);
const coder = { ...AUTOENCODER.presets.book, size: 8, latentSize: 3 };
const network = new Autoencoder({ size: 8, channels: 1, latentSize: 3 });
const parameters = initialiseParameters(network.parameters, new RandomStream(9));
const part = createPart("autoencoder", {
  model: AUTOENCODER.create(coder, shape),
  source: { model: "autoencoder", config: coder, data: shape, step: 0, parts: {} },
  learned: await readTensors(parameters),
});
const options = { components: 2, iterations: 7 };
const model = latentMixture(part, options);
const batch = model.batch(data, { indices: Int32Array.from({ length: 60 }, (_, i) => i) });
const latents = tf.tidy(() => network.encode(parameters, batch.pictures).dataSync() as Float32Array);

Deno.test("a latent mixture is fitted to the latents of all pictures, and measures their density", async () => {
  const state = await model.begin(data, new RandomStream(4));
  const random = new RandomStream(4).fork("mixture");
  const { mixture, logLikelihoods } = await fitMixture(latents, { size: 3, ...options, random });
  const means = state.parameters["mixture/means"].dataSync();
  means.forEach((value, i) => assertAlmostEquals(value, mixture.means[i], 1e-4));
  const seed = seedTensor([1, 2]);
  const { loss } = model.measure(state.parameters, batch, seed);
  assertAlmostEquals(loss.dataSync()[0], -logLikelihoods.at(-1)!, 1e-3);

  const normal = {
    ...state.parameters,
    "mixture/weights": tf.tensor1d([0.25, 0.75]),
    "mixture/means": tf.zeros([2, 3]),
    "mixture/whitenings": tf.eye(3).expandDims(0).tile([2, 1, 1]),
  };
  const squares = latents.reduce((sum, value) => sum + value * value, 0) / 60;
  const entropy = squares / 2 + 3 / 2 * Math.log(2 * Math.PI);
  assertAlmostEquals(model.measure(normal, batch, seed).loss.dataSync()[0], entropy, 1e-4);
  disposeTrainState(state);
});

Deno.test("samples are draws from the mixture, decoded", async () => {
  const learned = {
    ...initialiseParameters(part.parameters, new RandomStream(1)),
    "mixture/weights": tf.tensor1d([0, 1]),
    "mixture/means": tf.tensor2d([9, 9, 9, 0.5, -0.25, 1], [2, 3]),
    "mixture/whitenings": tf.eye(3).expandDims(0).tile([2, 1, 1]),
  };
  const options = { temperature: 0 };
  const samples = await model.sample!(learned, { count: 2, random: new RandomStream(1), options });
  const mean = tf.tidy(() => network.decode(parameters, tf.tensor2d([[0.5, -0.25, 1]])));
  const [expected] = await toPictures(mean);
  assertEquals(samples, { kind: "pictures", pictures: [expected, expected] });
});
