import type * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  GaussianHead,
  klStandardNormal,
  type Losses,
  type NamedTensors,
  type ParameterSpecs,
  reparameterise,
  squaredError,
  Statistics,
} from "../nn/mod.ts";
import type { Model } from "../train/model.ts";
import { type FaceCoderOptions, FaceDecoder, FaceEncoder } from "./face_coder.ts";

/** Sizes and loss of a {@link FaceVAE}. */
export interface FaceVAEOptions extends FaceCoderOptions {
  /** How much the mean squared error counts beside the divergence (the book's beta). */
  reconstructionWeight: number;
}

/**
 * The variational autoencoder (Kingma and Welling, 2013) with enough latents for faces: q(z | x) = N(mu, exp(logVar)),
 * a decoder p(x | z) of Gaussian pixels (hence the squared error), a standard normal prior p(z).
 */
export class FaceVAE implements Model {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #encoder: FaceEncoder;
  readonly #latents: GaussianHead;
  readonly #decoder: FaceDecoder;

  /** Declares the layers. */
  constructor(readonly options: FaceVAEOptions) {
    this.#encoder = new FaceEncoder("encoder", options);
    this.#latents = new GaussianHead("encoder", {
      inputs: this.#encoder.features,
      units: options.latentSize,
    });
    this.#decoder = new FaceDecoder("decoder", options);
    this.parameters = collectParameters(this.#encoder, this.#latents, this.#decoder);
  }

  /** q(z | x): pictures `[B, H, W, C]`, 0 .. 1, to `[B, Z]` each. @param statistics Given in training only. */
  encode(
    parameters: NamedTensors,
    pictures: tf.Tensor,
    statistics?: Statistics,
  ): { mu: tf.Tensor; logVar: tf.Tensor } {
    return this.#latents.apply(parameters, this.#encoder.apply(parameters, pictures, statistics));
  }

  /** Means of p(x | z): latents `[B, Z]` to `[B, H, W, C]`, 0 .. 1. */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    return this.#decoder.apply(parameters, latents);
  }

  /** The loss in training, where batches are normalised by their own statistics. */
  loss(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor): Losses {
    const statistics = new Statistics();
    return { ...this.#objective(parameters, pictures, seed, statistics), ...statistics.parts };
  }

  /** The same on pictures that were not learned from, normalised by the moving averages. */
  measure(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor): Losses {
    return this.#objective(parameters, pictures, seed);
  }

  /** `reconstructionWeight` x squared error (mean over pixels) + KL(q || p) (sum over latents). */
  #objective(
    parameters: NamedTensors,
    pictures: tf.Tensor,
    seed: tf.Tensor,
    statistics?: Statistics,
  ): Losses {
    const { mu, logVar } = this.encode(parameters, pictures, statistics);
    const latents = reparameterise({ mu, logVar }, seed);
    const decoded = this.#decoder.apply(parameters, latents, statistics);
    const reconstruction = squaredError(decoded, pictures).mean().mul(this.options.reconstructionWeight);
    const kl = klStandardNormal(mu, logVar).sum(1).mean();
    return { loss: reconstruction.add(kl), reconstruction, kl };
  }
}
