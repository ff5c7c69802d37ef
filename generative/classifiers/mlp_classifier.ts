import type * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import type { ModelKind } from "../models/model.ts";
import { commonEntries, positive } from "../models/schema.ts";
import { MLP, type NamedTensors, type ParameterSpecs } from "../nn/mod.ts";
import {
  type ClassifierConfig,
  classifierModel,
  type ClassifierNetwork,
  type ClassifierShape,
  classifierShape,
} from "./classifier.ts";

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

const book: ClassifierConfig = {
  model: "mlp-classifier",
  data: "emoji-scenes",
  size: 32,
  examples: 0,
  epochs: 10,
  batchSize: 32,
  seed: 1,
  learningRate: 5e-4,
};

/** The book's multi-layer perceptron. */
export const MLP_CLASSIFIER: ModelKind<ClassifierConfig> = {
  name: "mlp-classifier",
  title: "Multi-layer perceptron for picture classification",
  family: "classifiers",
  chapter: 2,
  paper: "Rumelhart, Hinton and Williams 1986, Learning Representations by Back-propagating Errors",
  notes: {
    see:
      "The first layer's weights are noisy templates of whole pictures; the confusion matrix shows which classes share colours and positions.",
    wrong:
      "It overfits: the training loss keeps falling while the held-out loss rises, because nothing tells it that an object moved by a pixel is the same object.",
    tune: "Fewer epochs or a lower learningRate; what really helps is the convolution of cnn-classifier.",
  },
  schema: v.object({ ...commonEntries, learningRate: positive }),
  presets: {
    book,
    default: book,
    smoke: { ...book, examples: 300, epochs: 1 },
  },
  create: (config, data) =>
    classifierModel(new MLPClassifier(classifierShape("mlp-classifier", data)), config),
};
