import type * as tf from "@tensorflow/tfjs";
import { field, fields } from "../../core/fields/field.ts";
import { positive } from "../../core/fields/value_schemas.ts";
import { latentModel } from "../models/latent_model.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import {
  binaryCrossEntropy,
  collectParameters,
  klStandardNormal,
  Linear,
  type Losses,
  type NamedTensors,
  type ParameterSpecs,
  reparameterise,
} from "../nn/mod.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import type { Model } from "../train/model.ts";
import { ConvolutionalDecoder, ConvolutionalEncoder } from "./convolutional_coder.ts";

/** Sizes and loss of a {@link VAE}. */
export interface VAEOptions {
  /** Side of the pictures, a multiple of 8. */
  size: number;
  /** 1 or 3. */
  channels: number;
  /** Z. */
  latentSize: number;
  /** How much the reconstruction counts beside the divergence (the book's beta). */
  reconstructionWeight: number;
}

/**
 * The variational autoencoder (Kingma and Welling, 2013, "Auto-Encoding Variational Bayes"): an encoder
 * q(z | x) = N(mu, exp(logVar)), a decoder p(x | z) of Bernoulli pixels, a standard normal prior p(z).
 */
export class VAE implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #encoder: ConvolutionalEncoder;
  readonly #mu: Linear;
  readonly #logVar: Linear;
  readonly #decoder: ConvolutionalDecoder;

  /** Declares the layers. */
  constructor(readonly options: VAEOptions) {
    const { latentSize: units } = options;
    this.#encoder = new ConvolutionalEncoder("encoder", options);
    this.#mu = new Linear("encoder/mu", { inputs: this.#encoder.features, units });
    this.#logVar = new Linear("encoder/logVar", { inputs: this.#encoder.features, units });
    this.#decoder = new ConvolutionalDecoder("decoder", options);
    this.parameters = collectParameters(this.#encoder, this.#mu, this.#logVar, this.#decoder);
  }

  /** q(z | x): pictures `[B, H, W, C]`, 0 .. 1, to `[B, Z]` each. */
  encode(parameters: NamedTensors, pictures: tf.Tensor): { mu: tf.Tensor; logVar: tf.Tensor } {
    const features = this.#encoder.apply(parameters, pictures);
    return { mu: this.#mu.apply(parameters, features), logVar: this.#logVar.apply(parameters, features) };
  }

  /** Means of p(x | z): latents `[B, Z]` to `[B, H, W, C]`, 0 .. 1. */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    return this.#decoder.apply(parameters, latents).sigmoid();
  }

  /** The negative evidence lower bound: `reconstructionWeight` x cross-entropy (mean over pixels) + KL(q || p). */
  loss(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor): Losses {
    const { mu, logVar } = this.encode(parameters, pictures);
    const latents = reparameterise({ mu, logVar }, seed);
    const logits = this.#decoder.apply(parameters, latents);
    const reconstruction = binaryCrossEntropy(logits, pictures).mean().mul(this.options.reconstructionWeight);
    const kl = klStandardNormal(mu, logVar).sum(1).mean();
    return { loss: reconstruction.add(kl), reconstruction, kl };
  }
}

/** The option of {@link VAEOptions.reconstructionWeight}. */
export const reconstructionWeight = (value: number) =>
  field(
    positive,
    "Weight of the reconstruction loss beside the KL divergence (the book's beta): higher gives sharper pictures, " +
      "lower smoother latents.",
    value,
  );

const FIELDS = fields({
  ...commonFields({ model: "vae-fashion", data: "fashion-mnist", size: 32, epochs: 5, batchSize: 100 }),
  distanceSamples: modelFields.distanceSamples(1000),
  latentSize: modelFields.latentSize(2),
  reconstructionWeight: reconstructionWeight(500),
  learningRate: modelFields.learningRate(5e-4),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The configuration of {@link VAE_FASHION}. */
export type VAEConfig = typeof standard;

/** The book's VAE on garments, with two latents that can be drawn in the plane. */
export const VAE_FASHION: ModelKind<VAEConfig> = {
  name: "vae-fashion",
  title: "Variational autoencoder on Fashion-MNIST",
  family: "autoencoders",
  chapter: 3,
  paper: "Kingma and Welling 2013, Auto-Encoding Variational Bayes",
  notes: {
    see:
      "The latents of all pictures together fill a standard normal disc without gaps, so that every point in it decodes to a piece of clothing, and classes change into each other smoothly.",
    wrong:
      "Samples are blurred, because the decoder outputs the mean of all pictures that a point may stand for; where the divergence outweighs the reconstruction, latents carry no information (posterior collapse: a bar of 0 nats in kl_by_dimension).",
    tune:
      "A higher reconstructionWeight sharpens samples and brings gaps back; a lower one smooths until the latents collapse.",
    pictures: ["reconstructions", "latent_scatter", "latent_grid", "kl_by_dimension"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    book: standard,
    smoke: { ...standard, examples: 500, epochs: 1, batchSize: 50, distanceSamples: 0 },
  },
  published: {
    parameters: 347_141,
    data: { kind: "pictures", name: "fashion-mnist", count: 1, height: 32, width: 32, channels: 1 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook vae_fashion",
  },
  create(config, data) {
    const { height: size, channels } = expectPictures(data, { model: "vae-fashion", multipleOf: 8 });
    const vae = new VAE({ ...config, size, channels });
    return latentModel(vae, {
      optimiser: kerasAdam({ learningRate: config.learningRate }),
      latentSize: config.latentSize,
      encode: (parameters, pictures) => vae.encode(parameters, pictures),
      decode: (parameters, latents) => vae.decode(parameters, latents),
    });
  },
};
