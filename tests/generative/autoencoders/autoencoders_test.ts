import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertLess, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Autoencoder } from "../../../generative/autoencoders/autoencoder.ts";
import { AUTOENCODER } from "../../../generative/autoencoders/autoencoder_kind.ts";
import { VAE } from "../../../generative/autoencoders/vae.ts";
import { VAE_FASHION } from "../../../generative/autoencoders/vae_kind.ts";
import { FaceVAE } from "../../../generative/autoencoders/vae_faces.ts";
import { VAE_FACES } from "../../../generative/autoencoders/vae_faces_kind.ts";
import type { PictureData } from "../../../generative/data/dataset.ts";
import type { GenerativeModel } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState, type Model } from "../../../generative/train/mod.ts";
import keras from "../../fixtures/keras_autoencoders.json" with { type: "json" };
import { checkGradients } from "../../worlds/gradient_check.ts";
import { backends } from "../support/finite_differences.ts";
import { createModel, learn, measure, numbersOf } from "../support/learn.ts";
import { noisePictures, squarePictures } from "../support/pictures.ts";

const native = backends.find((name) => name === "tensorflow");
const small = { size: 8, channels: 1, latentSize: 2 };
const face = { size: 16, channels: 3, filters: 4, latentSize: 4, reconstructionWeight: 2000 };

/** The losses as numbers, with some parameters replaced by a constant. */
function losses(
  network: Model,
  pictures: tf.Tensor,
  constants: Record<string, number>,
): Record<string, number> {
  return tf.tidy(() => {
    const parameters = initialiseParameters(network.parameters, new RandomStream(2));
    for (const [key, value] of Object.entries(constants)) {
      parameters[key] = tf.fill(parameters[key].shape, value);
    }
    return numbersOf(network.loss(parameters, { pictures }, seedTensor([1, 2])));
  });
}

for (const backend of backends) {
  Deno.test(`losses begin at their closed forms (${backend})`, async () => {
    await tf.setBackend(backend);
    const pictures = tf.randomUniform([3, 8, 8, 1], 0, 1, "float32", 1);
    const grey = { "decoder/pixels/kernel": 0 }; // logits of 0 everywhere, whatever the latents
    assertAlmostEquals(losses(new Autoencoder(small), pictures, grey).loss, Math.LN2, 1e-6);

    const [m, s] = [0.7, -1.2];
    const fixed = {
      "encoder/mu/kernel": 0,
      "encoder/mu/bias": m,
      "encoder/logVar/kernel": 0,
      "encoder/logVar/bias": s,
    };
    const divergence = 0.5 * (Math.exp(s) + m * m - 1 - s); // of one latent
    const vae = losses(new VAE({ ...small, reconstructionWeight: 500 }), pictures, { ...grey, ...fixed });
    assertAlmostEquals(vae.reconstruction, 500 * Math.LN2, 1e-3);
    assertAlmostEquals(vae.kl, 2 * divergence, 1e-5);
    assertAlmostEquals(vae.loss, vae.reconstruction + vae.kl, 1e-3);

    const white = tf.ones([3, 16, 16, 3]);
    const faces = losses(new FaceVAE(face), white, { ...grey, ...fixed });
    assertAlmostEquals(faces.reconstruction, 2000 * 0.5 ** 2, 1e-3);
    assertAlmostEquals(faces.kl, 4 * divergence, 1e-5);
    assertAlmostEquals(faces.loss, faces.reconstruction + faces.kl, 1e-3);
  });

  Deno.test(`gradients of the autoencoders' losses are slopes (${backend})`, async () => {
    await tf.setBackend(backend);
    const check = (network: Model, pictures: tf.Tensor, length?: number) => {
      const seed = seedTensor([4, 5]);
      const { learned, rest } = split(network);
      checkGradients(
        (parameters: NamedTensors) => network.loss({ ...rest, ...parameters }, { pictures }, seed),
        learned,
        { length },
      );
    };
    const pictures = tf.randomUniform([3, 8, 8, 1], 0, 1, "float32", 1);
    check(new Autoencoder(small), pictures);
    check(new VAE({ ...small, reconstructionWeight: 5 }), pictures);
    check(
      new FaceVAE({ ...face, reconstructionWeight: 20 }),
      tf.randomUniform([12, 16, 16, 3], 0, 1, "float32", 2),
      2e-3,
    );
  });
}

/** Parameters to begin with, statistics apart. Biases are not 0, where many a ReLU would have its kink. */
function split({ parameters }: Model): { learned: NamedTensors; rest: NamedTensors } {
  const all = Object.entries(initialiseParameters(parameters, new RandomStream(6)))
    .map(([key, value], i) =>
      [key, key.endsWith("/bias") ? tf.randomNormal(value.shape, 0, 0.3, "float32", i + 1) : value] as const
    );
  const pick = (statistic: boolean) =>
    Object.fromEntries(all.filter(([key]) => (parameters[key].statistic ?? false) === statistic));
  return { learned: pick(false), rest: pick(true) };
}

/**
 * The first twenty losses of Keras 3.15 (TensorFlow 2.21) from the same parameters, on the same eight pictures of noise
 * and with the same draws of epsilon.
 */
const KERAS: Record<string, number[]> = keras;

for (const [kind, tolerance] of [[AUTOENCODER, 1e-5], [VAE_FASHION, 2e-5], [VAE_FACES, 4e-3]] as const) {
  // For faces, biases before a batch normalisation have gradients of pure rounding, which Adam makes whole steps of.
  Deno.test(`${kind.name} learns as Keras does from the same parameters`, { ignore: !native }, async () => {
    await tf.setBackend("tensorflow");
    const data = noisePictures(8, 32, kind === VAE_FACES ? 3 : 1);
    const { state, curve } = await learn(createModel<ModelConfig>(kind, data), data, { steps: 20, draws: 3 });
    disposeTrainState(state);
    curve.forEach(({ loss }, i) => {
      const expected = KERAS[kind.name][i];
      const allowed = i < 3 ? 2e-5 : tolerance;
      assertLess(Math.abs(loss / expected - 1), allowed, `step ${i}: ${loss}, Keras ${expected}`);
    });
  });
}

/** The first and the last loss of learning some pictures by heart, and what is measured of them then. */
async function learnByHeart(model: GenerativeModel, data: PictureData, steps: number) {
  const { state, curve } = await learn(model, data, { steps });
  const measured = measure(model, state.parameters, data);
  disposeTrainState(state);
  return { first: curve[0].loss, last: curve[steps - 1].loss, measured };
}

Deno.test("the autoencoders learn eight pictures by heart, that of faces with the moving averages of its norms", async () => {
  await tf.setBackend(backends[0]);
  const squares = squarePictures(8, 8, 1);
  const floor = entropy(squares.pictures); // of pixels that are neither black nor white
  const fast = { learningRate: 5e-3, latentSize: 8 };
  const plain = await learnByHeart(createModel(AUTOENCODER, squares, fast), squares, 120);
  assertLess(plain.measured.loss - floor, 0.02, `${plain.measured.loss}, at best ${floor}`);
  const vae = await learnByHeart(createModel(VAE_FASHION, squares, fast), squares, 120);
  assertLess(vae.measured.reconstruction, 500 * (floor + 0.06));
  assertLess(vae.measured.loss, vae.first / 1.3);
  const colours = squarePictures(8, 16, 3);
  const small = { learningRate: 3e-3, filters: 12, latentSize: 16 };
  const faces = await learnByHeart(createModel(VAE_FACES, colours, small), colours, 300);
  assertLess(faces.last, faces.first / 6);
  assertLess(faces.measured.reconstruction, faces.first / 6, "normalised by moving averages");
});

Deno.test("pictures of a side that does not halve are refused", () => {
  const data = noisePictures(1, 12, 3);
  assertThrows(
    () => createModel(VAE_FACES, data),
    TypeError,
    'Cannot train vae-faces on "noise": expected square pictures with a side that is a multiple of 16 (set --size)',
  );
  assertThrows(() => createModel(AUTOENCODER, data), TypeError, "a multiple of 8");
});

/** The lowest mean cross-entropy that any prediction of these bytes can have. */
function entropy(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    const p = byte / 255;
    if (p > 0 && p < 1) sum -= p * Math.log(p) + (1 - p) * Math.log(1 - p);
  }
  return sum / bytes.length;
}
