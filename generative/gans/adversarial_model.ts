import * as tf from "@tensorflow/tfjs";
import { fields } from "../../core/fields/field.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import type { Dataset } from "../data/dataset.ts";
import { labelField, planLabels } from "../models/label_choice.ts";
import { drawLatents, LATENT_OPTIONS, type LatentRequest } from "../models/latent_model.ts";
import type { GenerativeModel, Samples } from "../models/model.ts";
import { pictureBatch, toPictures } from "../data/picture_tensors.ts";
import { type DrawRequest, sampler } from "../models/sampler.ts";
import { collectParameters, initialiseParameters, type Module, type NamedTensors } from "../nn/mod.ts";
import { type DrawPictures, exploreAdversarial } from "./explore_adversarial.ts";
import { type AdversarialTraining, createPhaseStep, startPhases } from "./phases.ts";

/** Samples that are drawn at a time. */
const CHUNK = 128;

/** What {@link adversarialModel} needs. */
export interface AdversarialOptions {
  /** What happens in a step; the model has the parameters of the phases' networks. */
  training: AdversarialTraining;
  /** Numbers in a latent, Z. */
  latentSize: number;
  /** What is measured on pictures that were not learned from, `-1 .. 1`. */
  measure: GenerativeModel["measure"];
  /** Latents `[B, Z]` and, for conditional ones, one-hot labels `[B, K]` to pictures `[B, H, W, C]`, -1 .. 1. */
  generate(parameters: NamedTensors, latents: tf.Tensor, labels?: tf.Tensor): tf.Tensor;
  /** Labels of a conditional model. */
  labels?: readonly string[];
  /** How often each comes in data; of conditional ones. */
  labelShares?(data: Dataset): number[];
  /** The labels of some examples, one-hot `[B, K]`; of conditional ones. */
  labelBatch?(data: Dataset, indices: ArrayLike<number>): tf.Tensor;
}

/** How sharp a choice of label the numbers after the latents make, see `latents` below. */
const LABEL_SHARPNESS = 4;

/** A generator and its opponent as a model that learns from batches of pictures, `{ pictures: [B, H, W, C] }` in -1 .. 1. */
export function adversarialModel(options: AdversarialOptions): GenerativeModel {
  const { training, latentSize, generate, labels, labelBatch } = options;
  const parameters = collectParameters(...new Set(training.phases.map(({ network }): Module => network)));
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
  const draw = async (
    parameters: NamedTensors,
    { options, ...request }: DrawRequest<Pick<LabelledRequest, "temperature" | "truncation" | "label">>,
  ): Promise<Samples> => {
    const { latents, chosen } = drawRequest({ ...request, ...options }, latentSize, labels);
    const pictures = await drawWith(parameters)(latents, chosen);
    latents.dispose();
    return { kind: "pictures", pictures };
  };
  const latents = {
    size: latentSize + (labels?.length ?? 0),
    /** For conditional ones the last numbers choose among the labels: the largest wins, by its lead. */
    decode(parameters: NamedTensors, all: tf.Tensor): tf.Tensor {
      if (!labels) return unit(generate(parameters, all));
      const [latents, preferences] = all.split([latentSize, labels.length], 1);
      return unit(generate(parameters, latents, preferences.mul(LABEL_SHARPNESS).softmax()));
    },
  };
  return {
    parameters,
    latents,
    labels,
    labelShares: options.labelShares,
    criterion: "distance", // a loss says who is ahead, not how good samples are
    epochSamples: labels ? (2 * labels.length) ** 2 : 25,
    begin: (_, random) => startPhases(initialiseParameters(parameters, random), training),
    createStep: () => createPhaseStep(training),
    measure: options.measure,
    batch: (data, { indices }) =>
      tf.tidy(() => {
        const pictures = pictureBatch(data, indices).toFloat().div(127.5).sub(1);
        return { pictures, ...labelBatch && { labels: labelBatch(data, indices) } };
      }),
    ...labels
      ? sampler(fields({ ...LATENT_OPTIONS, label: labelField(labels, "latent vector") }), draw)
      : sampler(fields(LATENT_OPTIONS), draw),
    explore: (context) =>
      exploreAdversarial(context, { draw: drawWith(context.parameters), latents, latentSize, labels }),
  };
}

/** -1 .. 1 to 0 .. 1. */
function unit(pixels: tf.Tensor): tf.Tensor {
  return pixels.add(1).div(2);
}

/** What latents and labels are drawn for. */
interface LabelledRequest extends LatentRequest {
  /** Of conditional ones. */
  label?: string;
}

/** Latents of a request and, of a conditional model, their labels. */
function drawRequest(request: LabelledRequest, size: number, labels: readonly string[] | undefined) {
  const { count, label } = request;
  if (!labels || label === undefined) return { latents: drawLatents(request, size) };
  const { draws, draw, label: chosen } = planLabels(count, label, labels);
  const latents = tf.tidy(() => drawLatents({ ...request, count: draws }, size).gather(draw));
  return { latents, chosen };
}
