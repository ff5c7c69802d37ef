import type * as tf from "@tensorflow/tfjs";
import {
  activate,
  collectParameters,
  Conv2d,
  initialisers,
  Linear,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/mod.ts";
import { unitPixels } from "../../generative/data/picture_tensors.ts";

/** The options of {@link Eyes}. */
export interface EyesOptions {
  /** The shape of a picture. */
  shape: readonly [height: number, width: number, channels: number];
  /** Filters of each convolution; those that the picture has no room for are left out. */
  filters: readonly number[];
  /** Numbers that pictures become. */
  features: number;
}

const KERNEL = 4, STRIDE = 2;

/** Pictures to features: convolutions of 4x4 with stride 2 and a layer, ReLU after each. `eyes/conv1`, .., `eyes/output`. */
export class Eyes implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** Numbers that come out. */
  readonly features: number;
  readonly #convolutions: Conv2d[] = [];
  readonly #output: Linear;

  /** Declares the layers. */
  constructor({ shape: [height, width, channels], filters, features }: EyesOptions) {
    const kernelInitialiser = initialisers.scaled(Math.SQRT2, initialisers.orthogonal);
    for (const count of filters) {
      if (Math.min(height, width) < KERNEL) break;
      this.#convolutions.push(
        new Conv2d(`eyes/conv${this.#convolutions.length + 1}`, {
          inputChannels: channels,
          filters: count,
          kernelSize: KERNEL,
          strides: STRIDE,
          kernelInitialiser,
        }),
      );
      [height, width] = [height, width].map((side) => Math.floor((side - KERNEL) / STRIDE) + 1);
      channels = count;
    }
    this.features = features;
    const inputs = height * width * channels;
    this.#output = new Linear("eyes/output", { inputs, units: features, kernelInitialiser });
    this.parameters = collectParameters(...this.#convolutions, this.#output);
  }

  /** Bytes `[B, H, W, C]`, 0 .. 255, to `[B, features]`. */
  apply(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor {
    let x: tf.Tensor = unitPixels(pictures);
    for (const convolution of this.#convolutions) x = activate("relu", convolution.apply(parameters, x));
    return activate("relu", this.#output.apply(parameters, x.reshape([x.shape[0], -1])));
  }
}
