import type * as tf from "@tensorflow/tfjs";
import { unitPixels } from "../../generative/data/picture_tensors.ts";
import { activate, type Activation, relu } from "../../generative/nn/activations.ts";
import { Conv2d } from "../../generative/nn/conv2d.ts";
import { ConvTranspose2d } from "../../generative/nn/conv_transpose2d.ts";
import { Linear } from "../../generative/nn/linear.ts";
import {
  collectParameters,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/parameters.ts";
import { enlarge } from "./enlarge.ts";

/**
 * What a world model sees frames by, and is taught to know them again. Its own parameters are trained with the world
 * model.
 */
export interface Sight extends Module {
  /** Numbers in an embedding, E. */
  readonly size: number;
  /** Embeds what batches hold of the frames, `[N, ..]`, as `[N, E]`. */
  embed(parameters: NamedTensors, seen: tf.Tensor): tf.Tensor;
  /** How far states' features `[N, F]` are from showing what was seen, `[N]`. */
  error(parameters: NamedTensors, features: tf.Tensor, seen: tf.Tensor): tf.Tensor;
  /** Pictures of features, `[N, 64, 64, 3]` in [0, 1]. */
  picture(parameters: NamedTensors, features: tf.Tensor): tf.Tensor4D;
}

/** Channels of the encoder's convolutions: 4x4, stride 2, ReLU. From 64x64x3 they lead to 2x2x128. */
const CHANNELS = [16, 32, 64, 128];
/** Numbers of the last map. */
const MAP = 2 * 2 * 128;

/** The options of a {@link JointSight}. */
export interface JointSightOptions {
  /** Numbers that the decoder draws from, F. */
  features: number;
  /** Numbers in an embedding, E. */
  size: number;
  /** What follows the encoder's last layer. @default "elu" */
  activation?: Activation;
  /** Units of the decoder's hidden layers before its first map. @default [size] */
  decoderUnits?: readonly number[];
}

/**
 * An encoder and a decoder of its own, trained with the rest. Batches hold frames, int32 in 0 .. 255.
 *
 * Parameters: `<name>/encoder/conv1`, .., `<name>/encoder/dense`, `<name>/decoder/dense1`, ..,
 * `<name>/decoder/deconv1`, ...
 */
export class JointSight implements Sight {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #convolutions: Conv2d[];
  readonly #dense: Linear;
  readonly #fromFeatures: Linear[];
  readonly #deconvolutions: ConvTranspose2d[];

  /** Declares the layers under a name. */
  constructor(name: string, readonly options: JointSightOptions) {
    const { features, size, decoderUnits = [size] } = options;
    this.size = size;
    this.#convolutions = CHANNELS.map((filters, i) =>
      new Conv2d(`${name}/encoder/conv${i + 1}`, {
        inputChannels: i === 0 ? 3 : CHANNELS[i - 1],
        filters,
        kernelSize: 4,
        strides: 2,
      })
    );
    this.#dense = new Linear(`${name}/encoder/dense`, { inputs: MAP, units: size });
    const widths = [features, ...decoderUnits, MAP];
    this.#fromFeatures = widths.slice(1).map((units, i) =>
      new Linear(`${name}/decoder/dense${i + 1}`, { inputs: widths[i], units })
    );
    const outputs = [64, 32, 16, 3];
    this.#deconvolutions = outputs.map((filters, i) =>
      new ConvTranspose2d(`${name}/decoder/deconv${i + 1}`, {
        inputChannels: i === 0 ? 128 : outputs[i - 1],
        filters,
        kernelSize: i < 3 ? 4 : 6,
        strides: 2,
      })
    );
    this.parameters = collectParameters(
      ...this.#convolutions,
      this.#dense,
      ...this.#fromFeatures,
      ...this.#deconvolutions,
    );
  }

  /** E. */
  readonly size: number;

  /** Embeds frames, `[N, 64, 64, 3]`. */
  embed(parameters: NamedTensors, seen: tf.Tensor): tf.Tensor {
    let x: tf.Tensor = unitFrames(seen).sub(0.5);
    for (const convolution of this.#convolutions) x = relu(convolution.apply(parameters, x));
    const { activation = "elu" } = this.options;
    return activate(activation, this.#dense.apply(parameters, x.reshape([-1, MAP])));
  }

  /** The squared error, summed over a frame: half of it is a Gaussian's negative log likelihood. */
  error(parameters: NamedTensors, features: tf.Tensor, seen: tf.Tensor): tf.Tensor {
    return this.picture(parameters, features).sub(unitFrames(seen)).square().sum([1, 2, 3]);
  }

  /** What the decoder draws. */
  picture(parameters: NamedTensors, features: tf.Tensor): tf.Tensor4D {
    let x = features;
    for (const dense of this.#fromFeatures) x = relu(dense.apply(parameters, x));
    x = x.reshape([-1, 2, 2, 128]);
    for (const [i, deconvolution] of this.#deconvolutions.entries()) {
      x = enlarge(deconvolution, parameters, x);
      x = i < 3 ? relu(x) : x.sigmoid();
    }
    return x as tf.Tensor4D;
  }
}

/** Height, width and channels of the frames that are seen. */
export const SIGHT_SHAPE = [64, 64, 3] as const;

/** Frames, int32 in 0 .. 255 or float32 in [0, 1], as float32 in [0, 1]. */
export function unitFrames(frames: tf.Tensor): tf.Tensor {
  return frames.dtype === "int32" ? unitPixels(frames) : frames;
}
