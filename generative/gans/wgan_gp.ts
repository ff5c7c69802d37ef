import type * as tf from "@tensorflow/tfjs";
import type { NamedTensors, Statistics } from "../nn/mod.ts";
import {
  ConvolutionalCritic,
  ConvolutionalGenerator,
  type CriticTraining,
} from "./convolutional_networks.ts";
import type { WassersteinPair } from "./wasserstein.ts";

/** Sizes of a {@link WGANGP}. */
export interface WGANGPOptions {
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** Numbers in a latent, Z. */
  latentSize: number;
  /** Maps of the critic's layers; the generator has them the other way round. */
  filters: readonly number[];
  /** Share that the critic drops in training. */
  dropout: number;
  /** Slope of the critic's second leaky ReLU. */
  secondSlope: number;
  /** Labels that both networks are told, K. @default 0 */
  labels?: number;
}

/**
 * A Wasserstein GAN with gradient penalty (Gulrajani et al., 2017, "Improved Training of Wasserstein GANs"): the critic
 * f, whose slope is kept near 1, measures how far generated pictures are from real ones.
 */
export class WGANGP implements WassersteinPair {
  /** G: latents to pictures. */
  readonly generator: ConvolutionalGenerator;
  /** f: pictures to scores; nothing in it depends on other pictures of the batch. */
  readonly critic: ConvolutionalCritic;
  /** Numbers in a latent, Z. */
  readonly latentSize: number;

  /** Declares the layers. */
  constructor({ channels, latentSize, filters, dropout, secondSlope, labels = 0 }: WGANGPOptions) {
    this.latentSize = latentSize;
    this.generator = new ConvolutionalGenerator("generator", {
      inputs: latentSize + labels,
      filters: filters.toReversed(),
      channels,
      bias: true,
    });
    this.critic = new ConvolutionalCritic("critic", {
      channels: channels + labels,
      filters,
      bias: true,
      batchNorm: false,
      dropout,
      dropoutFrom: 2,
      secondSlope,
    });
  }

  /** G(z). */
  generate(
    parameters: NamedTensors,
    latents: tf.Tensor,
    _batch: NamedTensors,
    statistics?: Statistics,
  ): tf.Tensor {
    return this.generator.apply(parameters, latents, statistics);
  }

  /** f(x). */
  score(
    parameters: NamedTensors,
    pictures: tf.Tensor,
    _batch: NamedTensors,
    training?: CriticTraining,
  ): tf.Tensor {
    return this.critic.apply(parameters, pictures, training);
  }
}
