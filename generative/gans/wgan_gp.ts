import type * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, positive, shareBelowOne } from "../../core/fields/value_schemas.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import type { NamedTensors, Statistics } from "../nn/mod.ts";
import { adversarialModel } from "./adversarial_model.ts";
import {
  ConvolutionalCritic,
  ConvolutionalGenerator,
  type CriticTraining,
  expectSide,
} from "./convolutional_networks.ts";
import { measureWasserstein, type WassersteinPair, wassersteinPhases } from "./wasserstein.ts";

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

/**
 * The options of a WGAN-GP. A quarter of the book's pixels and half the maps: a round of the book's takes most of a
 * minute on two cores.
 */
export function wassersteinFields({ model, latentSize }: { model: string; latentSize: number }) {
  return {
    ...commonFields({ model, data: "avatars", size: 32, epochs: 16, batchSize: 64 }),
    epochSteps: modelFields.epochSteps(200),
    distanceSamples: modelFields.distanceSamples(1000),
    latentSize: modelFields.latentSize(latentSize),
    filters: field(
      v.pipe(v.array(count()), v.minLength(1)),
      "Channels of the critic's layers. Each halves the picture's side, down to 4 pixels; the generator has them " +
        "the other way round.",
      [32, 64, 128],
    ),
    dropout: field(
      shareBelowOne,
      "Share of features that the critic drops at random in training, from its second layer on.",
      0.3,
    ),
    secondSlope: field(
      shareBelowOne,
      "Slope of the critic's second leaky ReLU; the others' is 0.2. The book's is 0.3, the default of Keras.",
      0.3,
    ),
    criticSteps: field(
      count(),
      "Updates of the critic for each of the generator, all on the same pictures.",
      3,
    ),
    penaltyWeight: field(positive, "Weight of the gradient penalty (lambda).", 10),
    interpolation: field(
      v.picklist(["uniform", "normal"]),
      "How points between real and generated pictures are drawn for the gradient penalty: uniform as in the paper, " +
        "normal as in the book.",
      "uniform",
    ),
    learningRate: modelFields.learningRate(2e-4),
    ...learningFields,
  };
}

const FIELDS = fields(wassersteinFields({ model: "wgan-gp", latentSize: 128 }));
const standard = FIELDS.defaults;

/** The book's WGAN-GP on faces. */
export const WGAN_GP: ModelKind<typeof standard> = {
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
  fields: FIELDS,
  presets: {
    default: standard,
    // the book calls every two steps an epoch, and has 200 of them
    book: {
      ...standard,
      size: 64,
      filters: [64, 128, 256, 512],
      epochs: 20,
      epochSteps: 20,
      batchSize: 512,
      interpolation: "normal",
    },
    smoke: {
      ...standard,
      size: 16,
      filters: [8, 16],
      examples: 256,
      epochs: 1,
      epochSteps: 0,
      batchSize: 32,
      interpolation: "normal",
      distanceSamples: 0,
    },
  },
  published: {
    parameters: 6_570_820,
    data: { kind: "pictures", name: "celeba", count: 1, height: 64, width: 64, channels: 3 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook wgan_gp",
  },
  create(config, data) {
    const channels = expectSide(data, { model: "wgan-gp", filters: config.filters });
    const pair = new WGANGP({ ...config, channels });
    return adversarialModel({
      training: { phases: wassersteinPhases(pair, config) },
      latentSize: config.latentSize,
      measure: (parameters, batch, seed) => measureWasserstein(pair, config, { parameters, batch, seed }),
      generate: (parameters, latents) => pair.generate(parameters, latents, {}),
    });
  },
};
