import type * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  Conv2d,
  ConvTranspose2d,
  Linear,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
  relu,
} from "../nn/mod.ts";

/** Filters of the encoder's convolutions; the decoder goes the same way back. */
const FILTERS = [32, 64, 128];

/** The encoder's convolutions of the book's chapter 3: 32x32 pictures down to features. */
export class ConvolutionalEncoder implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** How many features come out. */
  readonly features: number;
  readonly #convolutions: Conv2d[];

  /** @param size Side of the pictures, a multiple of 8. */
  constructor(readonly name: string, { size, channels }: { size: number; channels: number }) {
    this.#convolutions = FILTERS.map((filters, i) =>
      new Conv2d(`${name}/conv${i + 1}`, {
        inputChannels: i === 0 ? channels : FILTERS[i - 1],
        filters,
        kernelSize: 3,
        strides: 2,
        padding: "same",
      })
    );
    this.features = (size / 8) ** 2 * FILTERS[2];
    this.parameters = collectParameters(...this.#convolutions);
  }

  /** Pictures `[B, H, W, C]` to features `[B, features]`. */
  apply(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor {
    let x = pictures;
    for (const convolution of this.#convolutions) x = relu(convolution.apply(parameters, x));
    return x.reshape([x.shape[0], -1]);
  }
}

/** The decoder of the book's chapter 3: latents to the logits of pictures. */
export class ConvolutionalDecoder implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #dense: Linear;
  readonly #deconvolutions: ConvTranspose2d[];
  readonly #pixels: Conv2d;
  readonly #mapSize: number;

  /** @param size Side of the pictures, a multiple of 8. */
  constructor(
    readonly name: string,
    { size, channels, latentSize }: { size: number; channels: number; latentSize: number },
  ) {
    this.#mapSize = size / 8;
    const widths = FILTERS.toReversed();
    this.#dense = new Linear(`${name}/dense`, { inputs: latentSize, units: this.#mapSize ** 2 * widths[0] });
    this.#deconvolutions = widths.map((filters, i) =>
      new ConvTranspose2d(`${name}/deconv${i + 1}`, {
        inputChannels: widths[Math.max(i - 1, 0)],
        filters,
        kernelSize: 3,
        strides: 2,
        padding: "same",
      })
    );
    this.#pixels = new Conv2d(`${name}/pixels`, {
      inputChannels: widths[2],
      filters: channels,
      kernelSize: 3,
      padding: "same",
    });
    this.parameters = collectParameters(this.#dense, ...this.#deconvolutions, this.#pixels);
  }

  /** Latents `[B, Z]` to logits `[B, H, W, C]`. */
  apply(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    const flat = this.#dense.apply(parameters, latents);
    let x = flat.reshape([flat.shape[0], this.#mapSize, this.#mapSize, -1]);
    for (const deconvolution of this.#deconvolutions) x = relu(deconvolution.apply(parameters, x));
    return this.#pixels.apply(parameters, x);
  }
}
