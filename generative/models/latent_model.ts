import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Losses } from "../nn/gradients.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { splitStatistics } from "../nn/statistics.ts";
import type { Optimiser } from "../train/adamw.ts";
import type { Model } from "../train/model.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { exploreLatents } from "./explore_latents.ts";
import type { GenerativeModel, LatentAccess } from "./model.ts";
import { pictureBatch, toPictures, unitPixels } from "../data/picture_tensors.ts";
import { sampler, samplingFields } from "./sampler.ts";

/** Sampling options of models that draw from latents, see {@link drawLatents}. */
export const LATENT_OPTIONS = {
  temperature: samplingFields.temperature(
    "Multiplies the latent vectors: 1 draws them as in training, less makes samples more typical and less varied.",
  ),
  truncation: field(
    v.pipe(v.number(), v.minValue(0.1), v.maxValue(8)),
    "Numbers of a latent vector further from 0 than this are drawn again; 8 keeps them all.",
    8,
  ),
};

/** What {@link latentModel} is told beside the network. */
export interface LatentModelOptions extends Omit<LatentAccess, "size"> {
  /** The optimiser of all parameters. */
  optimiser: Optimiser;
  /** Numbers in a latent, Z. */
  latentSize: number;
  /** What is measured on pictures that were not learned from. @default the losses */
  measure?: GenerativeModel["measure"];
}

/** A network with latents as a model that learns from batches of pictures, `{ pictures: [B, H, W, C] }` in 0 .. 1. */
export function latentModel(
  network: Model & { loss(parameters: NamedTensors, batch: NamedTensors, seed: tf.Tensor): Losses },
  { optimiser, latentSize, encode, decode, measure }: LatentModelOptions,
): GenerativeModel {
  const latents = { size: latentSize, encode, decode };
  const losses = (...[parameters, batch, seed]: Parameters<GenerativeModel["measure"]>) =>
    splitStatistics(network.loss(parameters, batch, seed)).losses;
  return {
    parameters: network.parameters,
    latents,
    begin: (_, random) => initialiseTrainState(network, optimiser, random),
    createStep: (options) => createTrainStep(network, optimiser, options),
    batch: (data, { indices }) => tf.tidy(() => ({ pictures: unitPixels(pictureBatch(data, indices)) })),
    measure: measure ?? losses,
    ...sampler(fields(LATENT_OPTIONS), async (parameters, { options, ...request }) => {
      const pixels = tf.tidy(() => decode(parameters, drawLatents({ ...request, ...options }, latentSize)));
      const pictures = await toPictures(pixels);
      pixels.dispose();
      return { kind: "pictures", pictures };
    }),
    explore: (context) => exploreLatents(latents, context),
  };
}

/** What {@link drawLatents} is asked for. */
export interface LatentRequest {
  /** Number of samples. */
  count: number;
  /** The only source of chance. */
  random: RandomStream;
  /** What the latents are multiplied by. @default 1 */
  temperature?: number;
  /** Numbers further from 0 than this are drawn again. @default no limit */
  truncation?: number;
}

/**
 * Standard normal latents `[count, Z]`, times the temperature; those beyond the truncation are drawn anew.
 *
 * @throws RangeError for a temperature below 0, or a truncation that hardly any number is within.
 */
export function drawLatents(
  { count, random, temperature = 1, truncation = Infinity }: LatentRequest,
  size: number,
): tf.Tensor2D {
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`Cannot sample: expected a temperature of 0 or more, got ${temperature}`);
  }
  if (!(truncation > 0.05)) {
    throw new RangeError(`Cannot sample: expected a truncation above 0.05, got ${truncation}`);
  }
  return tf.tensor2d(
    Float32Array.from({ length: count * size }, () => temperature * drawWithin(random, truncation)),
    [count, size],
  );
}

function drawWithin(random: RandomStream, limit: number): number {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) <= limit) return value;
  }
}
