import * as tf from "@tensorflow/tfjs";
import { binaryCrossEntropy, type Losses, type NamedTensors, Statistics } from "../nn/mod.ts";
import { foldSeed, normal, uniform } from "../runtime/random.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { ConvolutionalCritic, ConvolutionalGenerator } from "./convolutional_networks.ts";
import { diversity } from "./diversity.ts";
import type { AdversarialTraining, LossInputs } from "./phases.ts";

/** The logit of 1 - 1e-7, where Keras stops counting; labels outside 0 .. 1 would drive logits to infinity. */
const LARGEST_LOGIT = 16.118;

/** Sizes and losses of a {@link DCGAN}. */
export interface DCGANOptions {
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** Numbers in a latent, Z. */
  latentSize: number;
  /** Maps of the discriminator's layers; the generator has them the other way round. */
  filters: readonly number[];
  /** Share that the discriminator drops in training. */
  dropout: number;
  /** How far labels are moved at random at most: outwards, or inwards below 0. */
  labelNoise: number;
  /** Adam's learning rate, for both networks. */
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
      binaryCrossEntropy(logits.clipByValue(-LARGEST_LOGIT, LARGEST_LOGIT), labels).mean();
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
    return { loss: binaryCrossEntropy(logits, logits.onesLike()).mean(), ...statistics.parts };
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
