import type * as tf from "@tensorflow/tfjs";
import { MLP, type NamedTensors, type ParameterSpecs } from "../nn/mod.ts";
import type { ClassifierShape } from "./classifier.ts";
import type { ClassifierNetwork } from "./classifier_network.ts";

/** A multi-layer perceptron on pixels: every pixel has a weight of its own, so that what it learned at one place of the picture it does not know at another. */
export class MLPClassifier implements ClassifierNetwork {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly firstKernel = "mlp/hidden1/kernel";
  readonly #mlp: MLP;

  /** Declares the layers. */
  constructor({ size, channels, classes }: ClassifierShape) {
    this.#mlp = new MLP("mlp", {
      inputs: size * size * channels,
      hidden: [200, 150],
      outputs: classes,
      activation: "relu",
    });
    this.parameters = this.#mlp.parameters;
  }

  /** Pictures `[B, H, W, C]`, 0 .. 1, to logits `[B, classes]`. */
  apply(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor {
    return this.#mlp.apply(parameters, pictures.reshape([pictures.shape[0], -1]));
  }
}
