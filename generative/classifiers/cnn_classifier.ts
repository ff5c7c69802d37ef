import type * as tf from "@tensorflow/tfjs";
import {
  BatchNorm,
  collectParameters,
  Conv2d,
  dropout,
  leakyRelu,
  Linear,
  type NamedTensors,
  type ParameterSpecs,
} from "../nn/mod.ts";
import type { ClassifierShape } from "./classifier.ts";
import type { ClassifierNetwork, Training } from "./classifier_network.ts";

/** Filters and strides of the convolutions. */
const CONVOLUTIONS = [[32, 1], [32, 2], [64, 1], [64, 2]] as const;
const UNITS = 128;
/** Slope of the leaky ReLU, Keras's default. */
const SLOPE = 0.3;

/** Sizes of a {@link CNNClassifier}. */
export interface CNNClassifierOptions extends ClassifierShape {
  /** Share of the features that training drops. */
  dropoutRate: number;
}

/**
 * A convolutional network: 3x3 kernels that are moved over the picture, each followed by batch normalisation and leaky
 * ReLU; then features, dropout and logits.
 */
export class CNNClassifier implements ClassifierNetwork {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly firstKernel = "conv1/kernel";
  readonly #convolutions: { convolution: Conv2d; norm: BatchNorm }[];
  readonly #dense: { features: Linear; norm: BatchNorm };
  readonly #logits: Linear;

  /** Declares the layers. The side must be a multiple of 4. */
  constructor(readonly options: CNNClassifierOptions) {
    const { size, channels, classes } = options;
    this.#convolutions = CONVOLUTIONS.map(([filters, strides], i) => ({
      convolution: new Conv2d(`conv${i + 1}`, {
        inputChannels: i === 0 ? channels : CONVOLUTIONS[i - 1][0],
        filters,
        kernelSize: 3,
        strides,
        padding: "same",
      }),
      norm: new BatchNorm(`norm${i + 1}`, { channels: filters }),
    }));
    this.#dense = {
      features: new Linear("features", { inputs: (size / 4) ** 2 * 64, units: UNITS }),
      norm: new BatchNorm("features/norm", { channels: UNITS }),
    };
    this.#logits = new Linear("logits", { inputs: UNITS, units: classes });
    const blocks = this.#convolutions.flatMap(({ convolution, norm }) => [convolution, norm]);
    this.parameters = collectParameters(...blocks, this.#dense.features, this.#dense.norm, this.#logits);
  }

  /** Pictures `[B, H, W, C]`, 0 .. 1, to logits `[B, classes]`. */
  apply(parameters: NamedTensors, pictures: tf.Tensor, training?: Training): tf.Tensor {
    const features = this.features(parameters, pictures, training);
    const kept = training ? dropout(features, this.options.dropoutRate, training.seed) : features;
    return this.#logits.apply(parameters, kept);
  }

  /** Pictures `[B, H, W, C]`, 0 .. 1, to what the last layer decides by, `[B, 128]`. */
  features(parameters: NamedTensors, pictures: tf.Tensor, training?: Training): tf.Tensor {
    let x = pictures;
    for (const { convolution, norm } of this.#convolutions) {
      x = leakyRelu(norm.apply(parameters, convolution.apply(parameters, x), training?.statistics), SLOPE);
    }
    const flat = this.#dense.features.apply(parameters, x.reshape([x.shape[0], -1]));
    return leakyRelu(this.#dense.norm.apply(parameters, flat, training?.statistics), SLOPE);
  }
}
