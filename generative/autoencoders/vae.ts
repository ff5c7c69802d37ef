import type * as tf from "@tensorflow/tfjs";
import {
  binaryCrossEntropy,
  collectParameters,
  GaussianHead,
  klStandardNormal,
  type Losses,
  type NamedTensors,
  type ParameterSpecs,
  reparameterise,
} from "../nn/mod.ts";
import type { Model } from "../train/model.ts";
import { ConvolutionalDecoder, ConvolutionalEncoder } from "./convolutional_coder.ts";

/** Sizes and loss of a {@link VAE}. */
export interface VAEOptions {
  /** Side of the pictures, a multiple of 8. */
  size: number;
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** Numbers in a latent, Z. */
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
  readonly #latents: GaussianHead;
  readonly #decoder: ConvolutionalDecoder;

  /** Declares the layers. */
  constructor(readonly options: VAEOptions) {
    this.#encoder = new ConvolutionalEncoder("encoder", options);
    this.#latents = new GaussianHead("encoder", {
      inputs: this.#encoder.features,
      units: options.latentSize,
    });
    this.#decoder = new ConvolutionalDecoder("decoder", options);
    this.parameters = collectParameters(this.#encoder, this.#latents, this.#decoder);
  }

  /** q(z | x): pictures `[B, H, W, C]`, 0 .. 1, to `[B, Z]` each. */
  encode(parameters: NamedTensors, pictures: tf.Tensor): { mu: tf.Tensor; logVar: tf.Tensor } {
    return this.#latents.apply(parameters, this.#encoder.apply(parameters, pictures));
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
