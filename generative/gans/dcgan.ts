import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, shareBelowOne } from "../../core/fields/value_schemas.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { binaryCrossEntropy, type Losses, type NamedTensors, Statistics } from "../nn/mod.ts";
import { foldSeed, normal, uniform } from "../runtime/random.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { adversarialModel } from "./adversarial_model.ts";
import { ConvolutionalCritic, ConvolutionalGenerator, expectSide } from "./convolutional_networks.ts";
import { diversity } from "./diversity.ts";
import type { AdversarialTraining, LossInputs } from "./phases.ts";

/** The logit of 1 - 1e-7, where Keras stops counting; labels outside 0 .. 1 would drive logits to infinity. */
const LARGEST_LOGIT = 16.118;

/** Sizes and losses of a {@link DCGAN}. */
export interface DCGANOptions {
  /** 1 or 3. */
  channels: number;
  /** Z. */
  latentSize: number;
  /** Maps of the discriminator's layers; the generator has them the other way round. */
  filters: readonly number[];
  /** Share that the discriminator drops in training. */
  dropout: number;
  /** How far labels are moved at random at most: outwards, or inwards below 0. */
  labelNoise: number;
  /** Adam's, for both. */
  learningRate: number;
}

/**
 * A generative adversarial network (Goodfellow et al., 2014) of convolutions (Radford, Metz and Chintala, 2015): the
 * discriminator D tells real pictures from generated ones, the generator G learns to be taken for real.
 */
export class DCGAN {
  /** G: latents to pictures. */
  readonly generator: ConvolutionalGenerator;
  /** D: pictures to the logit of being real. */
  readonly discriminator: ConvolutionalCritic;

  /** Declares the layers. */
  constructor(readonly options: DCGANOptions) {
    const { channels, filters, latentSize, dropout } = options;
    this.generator = new ConvolutionalGenerator("generator", {
      inputs: latentSize,
      filters: filters.toReversed(),
      channels,
      bias: false,
    });
    this.discriminator = new ConvolutionalCritic("discriminator", {
      channels,
      filters,
      bias: false,
      batchNorm: true,
      dropout,
      dropoutFrom: 1,
      secondSlope: 0.2,
    });
  }

  /** Both networks learn from one forward pass. A batch is `{ pictures: [B, H, W, C] }` in -1 .. 1. */
  training(): AdversarialTraining {
    const adam = { learningRate: this.options.learningRate, beta1: 0.5, beta2: 0.999 };
    return {
      updates: "simultaneous",
      phases: [
        {
          name: "discriminator",
          network: this.discriminator,
          optimiser: kerasAdam({ ...adam, name: "discriminator" }),
          loss: (inputs) => this.#discriminatorLoss(inputs),
        },
        {
          name: "generator",
          network: this.generator,
          optimiser: kerasAdam({ ...adam, name: "generator" }),
          loss: (inputs) => this.#generatorLoss(inputs),
        },
      ],
    };
  }

  /** `-(log D(x) + log(1 - D(G(z)))) / 2`, with noise on the labels 1 and 0. */
  #discriminatorLoss({ parameters, batch: { pictures }, seed }: LossInputs): Losses {
    const latents = this.#latents(pictures, seed);
    const statistics = new Statistics();
    const generated = this.generator.apply(parameters, latents, new Statistics());
    const judge = (x: tf.Tensor, label: number) =>
      this.discriminator.apply(parameters, x, { seed: foldSeed(seed, label), statistics });
    const [real, fake] = [judge(pictures, 1), judge(generated, 2)];
    const noise = (label: number) => uniform(real.shape, foldSeed(seed, label)).mul(this.options.labelNoise);
    const error = (logits: tf.Tensor, labels: tf.Tensor) =>
      binaryCrossEntropy(tf.clipByValue(logits, -LARGEST_LOGIT, LARGEST_LOGIT), labels).mean();
    const realError = error(real, noise(3).add(1));
    const fakeError = error(fake, noise(4).neg());
    return { loss: realError.add(fakeError).div(2), ...accuracies(real, fake), ...statistics.parts };
  }

  /** `-log D(G(z))`: the form that does not saturate. */
  #generatorLoss({ parameters, batch: { pictures }, seed }: LossInputs): Losses {
    const latents = this.#latents(pictures, seed);
    const statistics = new Statistics();
    const generated = this.generator.apply(parameters, latents, statistics);
    const training = { seed: foldSeed(seed, 2), statistics: new Statistics() }; // as the discriminator saw them
    const logits = this.discriminator.apply(parameters, generated, training);
    return { loss: binaryCrossEntropy(logits, tf.onesLike(logits)).mean(), ...statistics.parts };
  }

  /** As many latents `[B, Z]` as there are pictures. */
  #latents(pictures: tf.Tensor, seed: tf.Tensor): tf.Tensor {
    return normal([pictures.shape[0], this.options.latentSize], foldSeed(seed, 0));
  }

  /** On pictures `[B, H, W, C]`, -1 .. 1, that were not learned from: both losses, accuracies, and how samples differ. */
  measure(parameters: NamedTensors, { pictures }: NamedTensors, seed: tf.Tensor): NamedTensors {
    const latents = normal([pictures.shape[0], this.options.latentSize], seed);
    const generated = this.generator.apply(parameters, latents);
    const [real, fake] = [pictures, generated].map((x) => this.discriminator.apply(parameters, x));
    const error = (logits: tf.Tensor, label: number) =>
      binaryCrossEntropy(logits, tf.fill(logits.shape, label)).mean();
    return {
      discriminator: error(real, 1).add(error(fake, 0)).div(2),
      generator: error(fake, 1),
      ...accuracies(real, fake),
      ...diversity(generated, pictures),
    };
  }
}

/** Shares of real and generated pictures that the discriminator knows for what they are. */
function accuracies(real: tf.Tensor, fake: tf.Tensor): NamedTensors {
  return {
    realAccuracy: real.greater(0).toFloat().mean(),
    fakeAccuracy: fake.less(0).toFloat().mean(),
  };
}

/** A quarter of the book's pixels and half the maps: a step of the book's takes seconds on two cores. */
const FIELDS = fields({
  ...commonFields({ model: "dcgan", data: "bricks", size: 32, epochs: 12, batchSize: 64 }),
  distanceSamples: modelFields.distanceSamples(1000),
  latentSize: modelFields.latentSize(100),
  filters: field(
    v.pipe(v.array(count()), v.minLength(1)),
    "Channels of the discriminator's layers. Each halves the picture's side, down to 4 pixels; the generator has them " +
      "the other way round.",
    [32, 64, 128],
  ),
  dropout: field(shareBelowOne, "Share of features that the discriminator drops at random in training.", 0.3),
  labelNoise: field(
    v.pipe(v.number(), v.minValue(-0.5), v.maxValue(0.5)),
    "How far the discriminator's labels 1 and 0 are moved at random: outwards (as in the book; its loss may then " +
      "fall below 0), or inwards where it is negative, which keeps the discriminator unsure.",
    -0.1,
  ),
  learningRate: modelFields.learningRate(2e-4),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The book's DCGAN on toy bricks. */
export const DCGAN_BRICKS: ModelKind<typeof standard> = {
  name: "dcgan",
  title: "DCGAN on toy bricks",
  family: "adversarial networks",
  chapter: 4,
  paper:
    "Radford, Metz and Chintala 2015, Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
  notes: {
    see:
      "Sharp edges from early on, where a VAE blurs: no pixel is compared with another, only whole pictures are judged. Pairs in nearest.png show that bricks are not copied from the data.",
    wrong:
      "Neither loss says how good the samples are. When the discriminator wins (both accuracies at 1, the generator's loss rising), the generator stops learning; when the generator finds one picture that passes, it draws nothing else (mode collapse: spread and coverage fall towards 0); the two may chase each other in circles (the distance from the data falls, jumps up and falls again).",
    tune:
      "Against a discriminator that wins: more dropout, labelNoise below 0, a lower learningRate. Against collapse: a larger batchSize, or wgan-gp, whose losses mean something.",
    losses: ["discriminator", "generator"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    book: {
      ...standard,
      size: 64,
      filters: [64, 128, 256, 512],
      epochs: 300,
      batchSize: 128,
      labelNoise: 0.1,
    },
    smoke: {
      ...standard,
      size: 16,
      filters: [8, 16],
      examples: 256,
      epochs: 1,
      batchSize: 32,
      labelNoise: 0.1,
      distanceSamples: 0,
    },
  },
  published: {
    parameters: 6_338_176,
    data: { kind: "pictures", name: "bricks", count: 1, height: 64, width: 64, channels: 1 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook dcgan",
  },
  create(config, data): GenerativeModel {
    const { latentSize, filters } = config;
    const channels = expectSide(data, { model: "dcgan", filters });
    const dcgan = new DCGAN({ ...config, channels });
    return adversarialModel({
      training: dcgan.training(),
      latentSize,
      measure: (parameters, batch, seed) => dcgan.measure(parameters, batch, seed),
      generate: (parameters, latents) => dcgan.generator.apply(parameters, latents),
    });
  },
};
