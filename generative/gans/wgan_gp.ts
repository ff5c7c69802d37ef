import type * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import type { DriverFields, ModelConfig, ModelKind } from "../models/model.ts";
import { commonEntries, count, driverEntries, positive, share } from "../models/schema.ts";
import type { NamedTensors, Statistics } from "../nn/mod.ts";
import { adversarialModel } from "./adversarial_model.ts";
import {
  ConvolutionalCritic,
  ConvolutionalGenerator,
  type CriticTraining,
  expectSide,
} from "./convolutional_networks.ts";
import type { Interpolation } from "./gradient_penalty.ts";
import {
  createWassersteinStep,
  measureWasserstein,
  wassersteinOptimisers,
  type WassersteinPair,
} from "./wasserstein.ts";

/** Sizes of a {@link WGANGP}. */
export interface WGANGPOptions {
  /** 1 or 3. */
  channels: number;
  /** Z. */
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
  /** Z. */
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

/** Fields of a WGAN-GP's configuration beside those of every model. */
export interface WGANGPConfig extends ModelConfig, Pick<DriverFields, "epochSteps"> {
  /** See `DriverFields`. */
  distanceSamples: number;
  /** Steps that count as an epoch; 0 is a pass over the data. */
  epochSteps: number;
  /** Z. */
  latentSize: number;
  /** Maps of the critic's layers, for pictures of side 4, doubled by each; the generator has them the other way round. */
  filters: readonly number[];
  /** Share that the critic drops in training, from its second layer on. */
  dropout: number;
  /** Slope of the critic's second leaky ReLU; the others' is 0.2. The book's is 0.3, Keras's default. */
  secondSlope: number;
  /** Updates of the critic for each of the generator, all on the same pictures. */
  criticSteps: number;
  /** lambda: what the gradient penalty counts. */
  penaltyWeight: number;
  /** How points between real and generated pictures are drawn: "uniform" (the paper) or "normal" (the book, as Keras's own example). */
  interpolation: Interpolation;
  /** Adam's, for both networks. */
  learningRate: number;
}

/** The schema's entries of {@link WGANGPConfig}. */
export const wassersteinEntries = {
  ...commonEntries,
  epochSteps: driverEntries.epochSteps,
  distanceSamples: driverEntries.distanceSamples,
  latentSize: count(),
  filters: v.pipe(v.array(count()), v.minLength(1)),
  dropout: share,
  secondSlope: share,
  criticSteps: count(),
  penaltyWeight: positive,
  interpolation: v.picklist(["uniform", "normal"]),
  learningRate: positive,
};

/** The book calls every two steps an epoch, and has 200 of them. */
const book: WGANGPConfig = {
  model: "wgan-gp",
  data: "avatars",
  size: 64,
  examples: 0,
  epochs: 20,
  epochSteps: 20,
  batchSize: 512,
  seed: 1,
  distanceSamples: 1000,
  latentSize: 128,
  filters: [64, 128, 256, 512],
  dropout: 0.3,
  secondSlope: 0.3,
  criticSteps: 3,
  penaltyWeight: 10,
  interpolation: "normal",
  learningRate: 2e-4,
};

/** The book's WGAN-GP on faces. */
export const WGAN_GP: ModelKind<WGANGPConfig> = {
  name: "wgan-gp",
  title: "Wasserstein GAN with gradient penalty on faces",
  family: "adversarial networks",
  chapter: 4,
  paper: "Gulrajani et al. 2017, Improved Training of Wasserstein GANs",
  notes: {
    see:
      "The Wasserstein estimate rises while the critic learns, and then falls as samples get better: a loss that says how good they are. Hair, glasses and mouths come in all combinations, and faces between two samples are faces.",
    wrong:
      "It is slow: several updates of the critic for one of the generator. A held-out estimate that stays below the one in training says that the critic has memorised its faces. Rare features (hats) come last or never: coverage says how many faces are near a sample.",
    tune:
      "A penalty far above 0 calls for a higher penaltyWeight, unstable samples for a lower learningRate or more criticSteps; more epochs help where nothing else does.",
    losses: ["wasserstein"],
  },
  schema: v.object(wassersteinEntries),
  presets: {
    book,
    // a quarter of the pixels and half the maps: a round of the book's takes most of a minute on two cores
    default: {
      ...book,
      size: 32,
      filters: [32, 64, 128],
      epochs: 16,
      epochSteps: 200,
      batchSize: 64,
      interpolation: "uniform",
    },
    smoke: {
      ...book,
      size: 16,
      filters: [8, 16],
      examples: 256,
      epochs: 1,
      epochSteps: 0,
      batchSize: 32,
      distanceSamples: 0,
    },
  },
  create(config, data) {
    const channels = expectSide(data, { model: "wgan-gp", filters: config.filters });
    const pair = new WGANGP({ ...config, channels });
    const optimisers = wassersteinOptimisers(config);
    return adversarialModel({
      learners: [
        { network: pair.critic, optimiser: optimisers.critic },
        { network: pair.generator, optimiser: optimisers.generator },
      ],
      latentSize: config.latentSize,
      createStep: () => createWassersteinStep(pair, config),
      measure: (parameters, batch, seed) => measureWasserstein(pair, config, { parameters, batch, seed }),
      generate: (parameters, latents) => pair.generate(parameters, latents, {}),
    });
  },
};
