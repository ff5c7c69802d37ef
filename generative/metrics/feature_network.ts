import type * as tf from "@tensorflow/tfjs";
import {
  BatchNorm,
  collectParameters,
  Conv2d,
  leakyRelu,
  Linear,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
  type Statistics,
} from "../nn/mod.ts";

/** Numbers that describe a picture, D. */
export const FEATURES = 64;

const FILTERS = [32, 64, 128, 128, 128];
const SLOPE = 0.2;

/** What a {@link FeatureNetwork} is built for. */
export interface FeatureNetworkOptions {
  /** Height of the pictures. */
  height: number;
  /** Width of the pictures. */
  width: number;
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** Logits: of classes or of attributes. */
  outputs: number;
}

/**
 * A small convolutional network that halves pictures until a side is 4 pixels or less, sums them up in 64 features, and
 * tells classes or attributes by these.
 */
export class FeatureNetwork implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #blocks: { convolution: Conv2d; norm: BatchNorm }[] = [];
  readonly #features: Linear;
  readonly #norm = new BatchNorm("features/norm", { channels: FEATURES, momentum: 0.95 });
  readonly #logits: Linear;

  /** Declares the layers. */
  constructor({ height, width, channels, outputs }: FeatureNetworkOptions) {
    let inputChannels = channels;
    for (const [i, filters] of FILTERS.entries()) {
      if (Math.min(height, width) <= 4) break;
      this.#blocks.push({
        convolution: new Conv2d(`conv${i + 1}`, {
          inputChannels,
          filters,
          kernelSize: 3,
          strides: 2,
          padding: "same",
          bias: false,
        }),
        norm: new BatchNorm(`conv${i + 1}/norm`, { channels: filters, momentum: 0.95 }),
      });
      [height, width, inputChannels] = [Math.ceil(height / 2), Math.ceil(width / 2), filters];
    }
    this.#features = new Linear("features", { inputs: height * width * inputChannels, units: FEATURES });
    this.#logits = new Linear("logits", { inputs: FEATURES, units: outputs });
    const blocks = this.#blocks.flatMap(({ convolution, norm }) => [convolution, norm]);
    this.parameters = collectParameters(...blocks, this.#features, this.#norm, this.#logits);
  }

  /** Pictures `[B, H, W, C]`, 0 .. 1, to features `[B, 64]`. @param statistics Given in training alone. */
  features(parameters: NamedTensors, pictures: tf.Tensor, statistics?: Statistics): tf.Tensor {
    let x = pictures;
    for (const { convolution, norm } of this.#blocks) {
      x = leakyRelu(norm.apply(parameters, convolution.apply(parameters, x), statistics), SLOPE);
    }
    const flat = this.#features.apply(parameters, x.reshape([x.shape[0], -1]));
    return leakyRelu(this.#norm.apply(parameters, flat, statistics), SLOPE);
  }

  /** Features `[B, 64]` to logits `[B, outputs]`. */
  logits(parameters: NamedTensors, features: tf.Tensor): tf.Tensor {
    return this.#logits.apply(parameters, features);
  }
}
