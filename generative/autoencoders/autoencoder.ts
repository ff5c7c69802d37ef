import type * as tf from "@tensorflow/tfjs";
import {
  binaryCrossEntropy,
  collectParameters,
  Linear,
  type Losses,
  type NamedTensors,
  type ParameterSpecs,
} from "../nn/mod.ts";
import type { Model } from "../train/model.ts";
import { ConvolutionalDecoder, ConvolutionalEncoder } from "./convolutional_coder.ts";

/** Sizes of an {@link Autoencoder}. */
export interface AutoencoderOptions {
  /** Side of the pictures, a multiple of 8. */
  size: number;
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** Numbers in a latent, Z. */
  latentSize: number;
}

/** The autoencoder (Hinton and Salakhutdinov, 2006): a picture through a bottleneck of a few numbers, and back. */
export class Autoencoder implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #encoder: ConvolutionalEncoder;
  readonly #latents: Linear;
  readonly #decoder: ConvolutionalDecoder;

  /** Declares the layers. */
  constructor(readonly options: AutoencoderOptions) {
    this.#encoder = new ConvolutionalEncoder("encoder", options);
    this.#latents = new Linear("encoder/latents", {
      inputs: this.#encoder.features,
      units: options.latentSize,
    });
    this.#decoder = new ConvolutionalDecoder("decoder", options);
    this.parameters = collectParameters(this.#encoder, this.#latents, this.#decoder);
  }

  /** Pictures `[B, H, W, C]`, 0 .. 1, to latents `[B, Z]`. */
  encode(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor {
    return this.#latents.apply(parameters, this.#encoder.apply(parameters, pictures));
  }

  /** Latents `[B, Z]` to pictures `[B, H, W, C]`, 0 .. 1. */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    return this.#decoder.apply(parameters, latents).sigmoid();
  }

  /** The cross-entropy of the reconstruction, a mean over pixels. */
  loss(parameters: NamedTensors, { pictures }: NamedTensors): Losses {
    const logits = this.#decoder.apply(parameters, this.encode(parameters, pictures));
    return { loss: binaryCrossEntropy(logits, pictures).mean() };
  }
}
