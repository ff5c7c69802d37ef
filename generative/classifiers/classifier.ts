import * as tf from "@tensorflow/tfjs";
import type { DataShape, PictureData } from "../data/dataset.ts";
import type { GenerativeModel } from "../models/model.ts";
import { expectPictures, pictureBatch, unitPixels } from "../data/picture_tensors.ts";
import { categoricalCrossEntropy, type Losses, type NamedTensors, Statistics } from "../nn/mod.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import type { ClassifierNetwork } from "./classifier_network.ts";
import { exploreClassifier } from "./explore_classifier.ts";

/** What a network is built for. */
export interface ClassifierShape {
  /** Side of the pictures. */
  size: number;
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** How many there are to tell apart. */
  classes: number;
}

/** Reads that off the data. @throws TypeError when they are no square pictures with classes. */
export function classifierShape(
  model: string,
  data: DataShape,
  { multipleOf }: { multipleOf?: number } = {},
): ClassifierShape {
  const { height: size, channels, classes } = expectPictures(data, { model, multipleOf });
  if (!classes || classes.length < 2) {
    throw new TypeError(
      `Cannot train ${model} on "${data.name}": expected pictures with two classes or more, got ${
        classes?.length ? "one" : "none"
      }; choose data with classes (--data emoji-scenes, fashion-mnist, bricks, or a folder with a folder for each class)`,
    );
  }
  return { size, channels, classes: classes.length };
}

/** How well logits fit labels: their cross-entropy in nats, and the share of pictures whose class is the likeliest. */
export function measureLogits(logits: tf.Tensor, labels: tf.Tensor): Losses & { accuracy: tf.Tensor } {
  return {
    loss: categoricalCrossEntropy(logits, labels).mean(),
    accuracy: logits.argMax(-1).equal(labels).toFloat().mean(),
  };
}

/** A network as a model that learns from `{ pictures: [B, H, W, C], labels: int32 [B] }` by cross-entropy and Adam. */
export function classifierModel(
  network: ClassifierNetwork,
  { learningRate }: { learningRate: number },
): GenerativeModel {
  const optimiser = kerasAdam({ learningRate });
  const model = {
    parameters: network.parameters,
    loss(parameters: NamedTensors, { pictures, labels }: NamedTensors, seed: tf.Tensor) {
      const statistics = new Statistics();
      const logits = network.apply(parameters, pictures, { seed, statistics });
      return { ...measureLogits(logits, labels), ...statistics.parts };
    },
  };
  return {
    parameters: network.parameters,
    begin: (_, random) => initialiseTrainState(model, optimiser, random),
    createStep: (options) => createTrainStep(model, optimiser, options),
    batch: (data, { indices }) =>
      tf.tidy(() => ({
        pictures: unitPixels(pictureBatch(data, indices)),
        labels: labelBatch(data as PictureData, indices),
      })),
    measure: (parameters, { pictures, labels }) => measureLogits(network.apply(parameters, pictures), labels),
    classify: (parameters, pictures) => network.apply(parameters, pictures).softmax(),
    explore: (context) => exploreClassifier(network, context),
  };
}

/** The classes of some pictures, int32 `[B]`. */
function labelBatch({ labels }: PictureData, indices: ArrayLike<number>): tf.Tensor1D {
  return tf.tensor1d(Int32Array.from(indices, (index) => labels![index]), "int32");
}
