import type * as tf from "@tensorflow/tfjs";
import type { DataShape } from "../data/dataset.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import {
  BatchNorm,
  collectParameters,
  Conv2d,
  ConvTranspose2d,
  dropout,
  leakyRelu,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
  type Statistics,
} from "../nn/mod.ts";
import { foldSeed } from "../runtime/random.ts";

/** Side of the map between convolutions and latents, as in DCGAN. */
const MAP_SIZE = 4;
/** Keras's `momentum`, as the book sets it. */
const MOMENTUM = 0.9;
/** Of the generator's leaky ReLUs. */
const SLOPE = 0.2;

/** Sizes of a {@link ConvolutionalGenerator}. */
export interface GeneratorOptions {
  /** Numbers that come in, Z. */
  inputs: number;
  /** Maps of each layer, first to last; each layer after the first doubles the side, from 4 pixels on. */
  filters: readonly number[];
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** Whether the last layer has a bias; the others have none, for a normalisation follows. */
  bias: boolean;
}

/**
 * DCGAN's generator (Radford, Metz and Chintala, 2015, figure 1): latents to a 4x4 map, then transposed 4x4
 * convolutions of stride 2 up to a picture, with batch normalisation and leaky ReLU between, tanh at the end.
 */
export class ConvolutionalGenerator implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #deconvolutions: ConvTranspose2d[];
  readonly #norms: BatchNorm[];

  /** Declares the layers. */
  constructor(readonly name: string, readonly options: GeneratorOptions) {
    const { inputs, filters, channels, bias } = options;
    const widths = [...filters, channels];
    this.#deconvolutions = widths.map((width, i) =>
      new ConvTranspose2d(`${name}/deconv${i + 1}`, {
        inputChannels: i === 0 ? inputs : widths[i - 1],
        filters: width,
        kernelSize: 4,
        strides: i === 0 ? 1 : 2,
        padding: i === 0 ? "valid" : "same",
        bias: bias && i === filters.length,
      })
    );
    this.#norms = filters.map((channels, i) =>
      new BatchNorm(`${name}/norm${i + 1}`, { channels, momentum: MOMENTUM })
    );
    this.parameters = collectParameters(...this.#deconvolutions, ...this.#norms);
  }

  /**
   * Latents `[B, Z]` to pictures `[B, H, W, C]`, -1 .. 1.
   *
   * @param statistics Takes up moving averages; given in training only.
   */
  apply(parameters: NamedTensors, latents: tf.Tensor, statistics?: Statistics): tf.Tensor {
    let x = latents.reshape([latents.shape[0], 1, 1, -1]);
    this.#deconvolutions.forEach((deconvolution, i) => {
      x = deconvolution.apply(parameters, x);
      const norm = this.#norms[i];
      x = norm ? leakyRelu(norm.apply(parameters, x, statistics), SLOPE) : x.tanh();
    });
    return x;
  }
}

/** Sizes of a {@link ConvolutionalCritic}. */
export interface CriticOptions {
  /** Of what comes in: the pictures', and one for each label. */
  channels: number;
  /** Maps of each layer, first to last; each halves the side, down to 4 pixels. */
  filters: readonly number[];
  /** Whether convolutions have a bias. */
  bias: boolean;
  /** Whether all layers but the first are normalised over the batch; never with a gradient penalty. */
  batchNorm: boolean;
  /** Share that is dropped in training. */
  dropout: number;
  /** The first layer, from 1, after which it is dropped. */
  dropoutFrom: number;
  /** Slope of the second layer's leaky ReLU; the others' is 0.2. */
  secondSlope: number;
}

/** What {@link ConvolutionalCritic.apply} is given in training. */
export interface CriticTraining {
  /** For the dropout, int32 `[2]`. */
  seed: tf.Tensor;
  /** Takes up moving averages where there are any. */
  statistics: Statistics;
}

/**
 * DCGAN's discriminator, also WGAN-GP's critic: 4x4 convolutions of stride 2 with leaky ReLU and dropout down to a 4x4
 * map, and a last one over all of it to a single number.
 */
export class ConvolutionalCritic implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #convolutions: Conv2d[];
  readonly #norms: (BatchNorm | undefined)[];
  readonly #score: Conv2d;

  /** Declares the layers. */
  constructor(readonly name: string, readonly options: CriticOptions) {
    const { channels, filters, bias, batchNorm } = options;
    this.#convolutions = filters.map((width, i) =>
      new Conv2d(`${name}/conv${i + 1}`, {
        inputChannels: i === 0 ? channels : filters[i - 1],
        filters: width,
        kernelSize: 4,
        strides: 2,
        padding: "same",
        bias,
      })
    );
    this.#norms = filters.map((channels, i) =>
      batchNorm && i > 0 ? new BatchNorm(`${name}/norm${i + 1}`, { channels, momentum: MOMENTUM }) : undefined
    );
    this.#score = new Conv2d(`${name}/score`, {
      inputChannels: filters[filters.length - 1],
      filters: 1,
      kernelSize: MAP_SIZE,
      bias,
    });
    const norms = this.#norms.filter((norm) => norm !== undefined);
    this.parameters = collectParameters(...this.#convolutions, ...norms, this.#score);
  }

  /** Pictures `[B, H, W, channels]` to `[B]`, any number: a discriminator's logit, a critic's score. */
  apply(parameters: NamedTensors, pictures: tf.Tensor, training?: CriticTraining): tf.Tensor {
    const { dropout: rate, dropoutFrom, secondSlope } = this.options;
    let x = pictures;
    this.#convolutions.forEach((convolution, i) => {
      x = convolution.apply(parameters, x);
      x = this.#norms[i]?.apply(parameters, x, training?.statistics) ?? x;
      x = leakyRelu(x, i === 1 ? secondSlope : SLOPE);
      if (training && i + 1 >= dropoutFrom) x = dropout(x, rate, foldSeed(training.seed, i));
    });
    return this.#score.apply(parameters, x).reshape([-1]);
  }
}

/**
 * The channels of data that networks with so many filters fit.
 *
 * @throws TypeError naming the model when the data are something else, or of another side.
 */
export function expectSide(
  data: DataShape,
  { model, filters }: { model: string; filters: readonly number[] },
): number {
  const { height, channels } = expectPictures(data, { model });
  const side = MAP_SIZE * 2 ** filters.length;
  if (height === side) return channels;
  throw new TypeError(
    `Cannot train ${model} on "${data.name}": expected pictures of side ${side}, which ${filters.length} filters ` +
      `bring to ${MAP_SIZE} (set --size ${side}, or as many --filters as there are halvings), got ${height}`,
  );
}
