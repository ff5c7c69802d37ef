import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../../core/pictures/picture.ts";
import type { Dataset } from "../data/dataset.ts";
import { drawLatents } from "../models/latent_model.ts";
import type { GenerativeModel, SampleRequest } from "../models/model.ts";
import { pictureBatch, toPictures } from "../models/pictures.ts";
import { collectParameters, initialiseParameters, type Module, type NamedTensors } from "../nn/mod.ts";
import type { TrainStep } from "../train/train_step.ts";
import { type Descent, startState } from "./descend.ts";
import { exploreAdversarial } from "./explore_adversarial.ts";

/** Samples that are drawn at a time. */
const CHUNK = 128;

/** What {@link adversarialModel} needs. */
export interface AdversarialOptions {
  /** The networks, each with its optimiser. */
  learners: readonly Pick<Descent, "network" | "optimiser">[];
  /** Z. */
  latentSize: number;
  /** A compiled round of training. */
  createStep(): TrainStep;
  /** What is measured on pictures that were not learned from, `-1 .. 1`. */
  measure: GenerativeModel["measure"];
  /** Latents `[B, Z]` and, for conditional ones, one-hot labels `[B, K]` to pictures `[B, H, W, C]`, -1 .. 1. */
  generate(parameters: NamedTensors, latents: tf.Tensor, labels?: tf.Tensor): tf.Tensor;
  /** Of conditional ones. */
  labels?: readonly string[];
  /** How often each comes in data; of conditional ones. */
  labelShares?(data: Dataset): number[];
  /** The labels of some examples, one-hot `[B, K]`; of conditional ones. */
  labelBatch?(data: Dataset, indices: ArrayLike<number>): tf.Tensor;
}

/** Draws pictures of latents `[N, Z]`, row by row, each under the label of its place. */
export type DrawPictures = (latents: tf.Tensor2D, labels?: ArrayLike<number>) => Promise<Picture[]>;

/** How sharp a choice of label the numbers after the latents make, see `latents` below. */
const LABEL_SHARPNESS = 4;

/** A generator and its opponent as a model that learns from batches of pictures, `{ pictures: [B, H, W, C] }` in -1 .. 1. */
export function adversarialModel(options: AdversarialOptions): GenerativeModel {
  const { learners, latentSize, generate, labels, labelBatch } = options;
  const parameters = collectParameters(...learners.map(({ network }): Module => network));
  const drawWith = (parameters: NamedTensors): DrawPictures => async (latents, chosen) => {
    const pictures: Picture[] = [];
    for (let first = 0; first < latents.shape[0]; first += CHUNK) {
      const count = Math.min(CHUNK, latents.shape[0] - first);
      const pixels = tf.tidy(() => {
        const part = Int32Array.from({ length: count }, (_, i) => chosen?.[first + i] ?? 0);
        const condition = labels && tf.oneHot(tf.tensor1d(part, "int32"), labels.length).toFloat();
        return unit(generate(parameters, latents.slice([first, 0], [count, -1]), condition));
      });
      pictures.push(...await toPictures(pixels));
      pixels.dispose();
    }
    return pictures;
  };
  const latents = {
    size: latentSize + (labels?.length ?? 0),
    /** For conditional ones the last numbers choose among the labels: the largest wins, by its lead. */
    decode(parameters: NamedTensors, all: tf.Tensor): tf.Tensor {
      if (!labels) return unit(generate(parameters, all));
      const [latents, preferences] = tf.split(all, [latentSize, labels.length], 1);
      return unit(generate(parameters, latents, tf.softmax(preferences.mul(LABEL_SHARPNESS))));
    },
  };
  return {
    parameters,
    latents,
    labels,
    labelShares: options.labelShares,
    criterion: "distance", // a loss says who is ahead, not how good samples are
    epochSamples: labels ? (2 * labels.length) ** 2 : 25,
    sampleOptions: ["temperature", "truncation", ...labels ? ["label" as const] : []],
    begin: (_, random) => startState(initialiseParameters(parameters, random), learners),
    createStep: options.createStep,
    measure: options.measure,
    batch: (data, { indices }) =>
      tf.tidy(() => {
        const pictures = pictureBatch(data, indices).toFloat().div(127.5).sub(1);
        return { pictures, ...labelBatch && { labels: labelBatch(data, indices) } };
      }),
    async sample(parameters, request) {
      const { latents, chosen } = drawRequest(request, latentSize, labels);
      const pictures = await drawWith(parameters)(latents, chosen);
      latents.dispose();
      return { kind: "pictures", pictures };
    },
    explore: (context) =>
      exploreAdversarial(context, { draw: drawWith(context.parameters), latents, latentSize, labels }),
  };
}

/** -1 .. 1 to 0 .. 1. */
function unit(pixels: tf.Tensor): tf.Tensor {
  return pixels.add(1).div(2);
}

/** Latents and labels of a request; without a label each latent is drawn once under every label, in turn. */
function drawRequest(request: SampleRequest, size: number, labels: readonly string[] | undefined) {
  const { count, label } = request;
  if (!labels) return { latents: drawLatents(request, size) };
  if (label !== undefined) {
    const index = labels.indexOf(label);
    if (index < 0) {
      throw new RangeError(`Cannot sample: expected a label among ${labels.join(", ")}, got "${label}"`);
    }
    return { latents: drawLatents(request, size), chosen: new Int32Array(count).fill(index) };
  }
  const latents = tf.tidy(() => {
    const few = drawLatents({ ...request, count: Math.ceil(count / labels.length) }, size);
    return few.gather(Int32Array.from({ length: count }, (_, i) => Math.floor(i / labels.length)));
  });
  return { latents, chosen: Int32Array.from({ length: count }, (_, i) => i % labels.length) };
}
