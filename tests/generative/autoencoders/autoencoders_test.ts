import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Autoencoder } from "../../../generative/autoencoders/autoencoder.ts";
import { AUTOENCODER } from "../../../generative/autoencoders/autoencoder_kind.ts";
import { reparameterise } from "../../../generative/nn/mod.ts";
import { VAE } from "../../../generative/autoencoders/vae.ts";
import { VAE_FASHION } from "../../../generative/autoencoders/vae_kind.ts";
import { FaceVAE } from "../../../generative/autoencoders/vae_faces.ts";
import { VAE_FACES } from "../../../generative/autoencoders/vae_faces_kind.ts";
import { countParameters, initialiseParameters, type NamedTensors } from "../../../generative/nn/mod.ts";
import { isNative, normal, seedTensor } from "../../../generative/runtime/mod.ts";
import type { Model } from "../../../generative/train/mod.ts";
import { checkGradients } from "../../worlds/gradient_check.ts";
import { backends } from "../support/finite_differences.ts";
import { createModel, learn, noisePictures, squarePictures } from "./support.ts";

const native = backends.find((name) => name === "tensorflow");
const small = { size: 8, channels: 1, latentSize: 2 };
const face = { size: 16, channels: 3, filters: 4, latentSize: 4, reconstructionWeight: 2000 };

/** Numbers of the parameters whose names begin so. */
function counted({ parameters }: Pick<Model, "parameters">, start: string): number {
  return countParameters(
    Object.fromEntries(Object.entries(parameters).filter(([key]) => key.startsWith(start))),
  );
}

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
    const values = network.loss(parameters, { pictures }, seedTensor([1, 2]));
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.dataSync()[0]]));
  });
}

Deno.test("the autoencoders have as many parameters as the book's", () => {
  const fashion = { size: 32, channels: 1, latentSize: 2 };
  const autoencoder = new Autoencoder(fashion);
  assertEquals([counted(autoencoder, "encoder/"), counted(autoencoder, "decoder/")], [96_770, 246_273]);
  const vae = new VAE({ ...fashion, reconstructionWeight: 500 });
  assertEquals([counted(vae, "encoder/"), counted(vae, "decoder/")], [100_868, 246_273]);
  const faces = new FaceVAE({ ...VAE_FACES.presets.book, size: 32, channels: 3 });
  assertEquals([counted(faces, "encoder/"), counted(faces, "decoder/")], [653_584, 700_803]);
});

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

Deno.test("reparameterise() moves and scales standard normal noise", async () => {
  await tf.setBackend(backends[0]);
  const seed = seedTensor([1, 1]);
  const noise = normal([2, 3], seed).dataSync();
  const z = reparameterise({ mu: tf.fill([2, 3], 4), logVar: tf.fill([2, 3], Math.log(9)) }, seed).dataSync();
  z.forEach((value, i) => assertAlmostEquals(value, 4 + 3 * noise[i], 1e-5));
});

/**
 * The first twenty losses of Keras 3.15 (TensorFlow 2.21) from the same parameters, on the same eight pictures of noise
 * and with the same draws of epsilon.
 */
const KERAS = {
  autoencoder: [
    0.6931469,
    0.6931255,
    0.6931039,
    0.6930857,
    0.6930702,
    0.6930566,
    0.6930423,
    0.6930248,
    0.6930022,
  ]
    .concat([0.6929731, 0.6929362, 0.6928872, 0.69282, 0.6927264, 0.6925936, 0.6924046, 0.6921219, 0.6916927])
    .concat([0.691035, 0.6900366]),
  "vae-fashion": [
    346.5742,
    346.5655,
    346.5607,
    346.5399,
    346.5006,
    346.5116,
    346.4569,
    346.4745,
    346.4433,
    346.382,
  ]
    .concat([
      346.4434,
      346.3691,
      346.4224,
      346.366,
      346.39,
      346.2428,
      346.2451,
      346.2688,
      346.1516,
      346.0148,
    ]),
  "vae-faces": [
    377.8375,
    288.3726,
    260.6684,
    243.9665,
    229.9676,
    220.7624,
    209.1206,
    203.0602,
    197.0498,
    190.5294,
  ]
    .concat([
      187.1161,
      183.5017,
      178.0939,
      177.0375,
      176.5104,
      169.1105,
      170.0121,
      167.8017,
      166.3598,
      165.1461,
    ]),
};

for (const [kind, tolerance] of [[AUTOENCODER, 1e-5], [VAE_FASHION, 2e-5], [VAE_FACES, 4e-3]] as const) {
  // For faces, biases before a batch normalisation have gradients of pure rounding, which Adam makes whole steps of.
  Deno.test(`${kind.name} learns as Keras does from the same parameters`, { ignore: !native }, async () => {
    await tf.setBackend("tensorflow");
    assert(isNative());
    const data = noisePictures(8, 32, kind === VAE_FACES ? 3 : 1);
    const { losses } = await learn(createModel(kind, data), data, { steps: 20 });
    const keras = KERAS[kind.name as keyof typeof KERAS];
    losses.forEach((loss, i) => {
      const allowed = i < 3 ? 2e-5 : tolerance;
      assertLess(Math.abs(loss / keras[i] - 1), allowed, `step ${i}: ${loss}, Keras ${keras[i]}`);
    });
  });
}

Deno.test("the autoencoders learn eight pictures by heart", async () => {
  await tf.setBackend(backends[0]);
  const squares = squarePictures(8, 8, 1);
  const fast = { learningRate: 5e-3 };
  const autoencoder = createModel(AUTOENCODER, squares, { ...fast, latentSize: 8 });
  const first = await learn(autoencoder, squares, { steps: 120 });
  const floor = entropy(squares.pictures); // of pixels that are neither black nor white
  assertLess(first.measured.loss - floor, 0.02, `${first.measured.loss}, at best ${floor}`);

  const vae = createModel(VAE_FASHION, squares, { ...fast, latentSize: 8 });
  const { losses, measured } = await learn(vae, squares, { steps: 120 });
  assertLess(measured.reconstruction, 500 * (floor + 0.06));
  assertLess(measured.loss, losses[0] / 1.3);
});

Deno.test("the VAE on faces learns eight pictures by heart, with the moving averages of their norms", async () => {
  await tf.setBackend(backends[0]);
  const squares = squarePictures(8, 16, 3);
  const vae = createModel(VAE_FACES, squares, { learningRate: 3e-3, filters: 12, latentSize: 16 });
  const { losses, measured } = await learn(vae, squares, { steps: 300 });
  assertLess(losses[299], losses[0] / 6);
  assertLess(measured.reconstruction, losses[0] / 6, "normalised by moving averages");
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
