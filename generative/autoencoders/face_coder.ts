import type * as tf from "@tensorflow/tfjs";
import {
  BatchNorm,
  collectParameters,
  Conv2d,
  ConvTranspose2d,
  leakyRelu,
  Linear,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
  type Statistics,
} from "../nn/mod.ts";

/** Halvings of the picture's side, from 32 to 2. */
const BLOCKS = 4;

/** Sizes of both halves. */
export interface FaceCoderOptions {
  /** Side of the pictures, a multiple of 16. */
  size: number;
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** Channels of every map between. */
  filters: number;
  /** Numbers in a latent, Z. */
  latentSize: number;
}

/** What follows each layer: normalised by the batch, and a slope of 0.3 below zero. */
class NormalisedLeakyRelu implements Module {
  readonly parameters: ParameterSpecs;
  readonly #norm: BatchNorm;

  constructor(readonly name: string, channels: number) {
    this.#norm = new BatchNorm(name, { channels });
    this.parameters = this.#norm.parameters;
  }

  apply(parameters: NamedTensors, x: tf.Tensor, statistics?: Statistics): tf.Tensor {
    return leakyRelu(this.#norm.apply(parameters, x, statistics), 0.3);
  }
}

/** The encoder of the book's VAE on faces: four convolutions of stride 2. */
export class FaceEncoder implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** How many features come out. */
  readonly features: number;
  readonly #blocks: { convolution: Conv2d; norm: NormalisedLeakyRelu }[];

  /** Declares the layers. */
  constructor(readonly name: string, { size, channels, filters }: Omit<FaceCoderOptions, "latentSize">) {
    this.#blocks = Array.from({ length: BLOCKS }, (_, i) => ({
      convolution: new Conv2d(`${name}/conv${i + 1}`, {
        inputChannels: i === 0 ? channels : filters,
        filters,
        kernelSize: 3,
        strides: 2,
        padding: "same",
      }),
      norm: new NormalisedLeakyRelu(`${name}/norm${i + 1}`, filters),
    }));
    this.features = (size / 2 ** BLOCKS) ** 2 * filters;
    this.parameters = collectParameters(
      ...this.#blocks.flatMap(({ convolution, norm }) => [convolution, norm]),
    );
  }

  /** Pictures `[B, H, W, C]` to features `[B, features]`. @param statistics Given in training only. */
  apply(parameters: NamedTensors, pictures: tf.Tensor, statistics?: Statistics): tf.Tensor {
    let x = pictures;
    for (const { convolution, norm } of this.#blocks) {
      x = norm.apply(parameters, convolution.apply(parameters, x), statistics);
    }
    return x.reshape([x.shape[0], -1]);
  }
}

/** The decoder of the book's VAE on faces: the encoder's way back, and a last layer that makes colours. */
export class FaceDecoder implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #dense: Linear;
  readonly #denseNorm: NormalisedLeakyRelu;
  readonly #blocks: { deconvolution: ConvTranspose2d; norm: NormalisedLeakyRelu }[];
  readonly #pixels: ConvTranspose2d;
  readonly #mapSize: number;

  /** Declares the layers. */
  constructor(readonly name: string, { size, channels, filters, latentSize }: FaceCoderOptions) {
    this.#mapSize = size / 2 ** BLOCKS;
    const units = this.#mapSize ** 2 * filters;
    this.#dense = new Linear(`${name}/dense`, { inputs: latentSize, units });
    this.#denseNorm = new NormalisedLeakyRelu(`${name}/denseNorm`, units);
    this.#blocks = Array.from({ length: BLOCKS }, (_, i) => ({
      deconvolution: new ConvTranspose2d(`${name}/deconv${i + 1}`, {
        inputChannels: filters,
        filters,
        kernelSize: 3,
        strides: 2,
        padding: "same",
      }),
      norm: new NormalisedLeakyRelu(`${name}/norm${i + 1}`, filters),
    }));
    this.#pixels = new ConvTranspose2d(`${name}/pixels`, {
      inputChannels: filters,
      filters: channels,
      kernelSize: 3,
      padding: "same",
    });
    this.parameters = collectParameters(
      this.#dense,
      this.#denseNorm,
      ...this.#blocks.flatMap(({ deconvolution, norm }) => [deconvolution, norm]),
      this.#pixels,
    );
  }

  /** Latents `[B, Z]` to pictures `[B, H, W, C]`, 0 .. 1. @param statistics Given in training only. */
  apply(parameters: NamedTensors, latents: tf.Tensor, statistics?: Statistics): tf.Tensor {
    const flat = this.#denseNorm.apply(parameters, this.#dense.apply(parameters, latents), statistics);
    let x = flat.reshape([flat.shape[0], this.#mapSize, this.#mapSize, -1]);
    for (const { deconvolution, norm } of this.#blocks) {
      x = norm.apply(parameters, deconvolution.apply(parameters, x), statistics);
    }
    return this.#pixels.apply(parameters, x).sigmoid();
  }
}
