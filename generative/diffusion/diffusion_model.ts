import * as tf from "@tensorflow/tfjs";
import type { Config } from "../../core/fields/field.ts";
import type { Dataset } from "../data/dataset.ts";
import { pictureBatch } from "../data/picture_tensors.ts";
import { pointBatch } from "../data/point_tensors.ts";
import type { LabelChoice } from "../models/label_choice.ts";
import type { GenerativeModel, Samples } from "../models/model.ts";
import { sampler } from "../models/sampler.ts";
import type { Optimiser } from "../train/adamw.ts";
import type { NamedTensors } from "../nn/mod.ts";
import type { TrainState } from "../train/model.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { asPictures } from "./as_pictures.ts";
import type { Diffusion } from "./diffusion.ts";
import { drawSamples, watchSamples } from "./draw_samples.ts";
import { labelBatch } from "./label_batch.ts";
import { startingPicture } from "./picture_start.ts";
import { type SamplingDefaults, samplingOptions } from "./sampling_options.ts";

/** What {@link diffusionModel} needs beside the model. */
export interface DiffusionModelOptions {
  /** The optimiser of all parameters. */
  optimiser: Optimiser;
  /** What an example is: `[H, W, C]` of a picture, `[D]` of a point. */
  shape: readonly number[];
  /** The labels that it learns with. @default none */
  labels?: LabelChoice;
  /** Defaults of the sampling options. */
  sampling: SamplingDefaults["defaults"];
  /** Changes the state that training starts from, by the data. @default leaves it */
  begin?(state: TrainState, data: Dataset): TrainState;
  /** Its pictures. */
  explore: GenerativeModel["explore"];
}

/** A diffusion model of pictures or points as a model of the lab. */
export function diffusionModel(
  diffusion: Diffusion,
  { optimiser, shape, labels, sampling, begin, explore }: DiffusionModelOptions,
): GenerativeModel {
  const kind = shape.length === 3 ? "pictures" : "points";
  const options = samplingOptions({ kind, labels: labels?.names, defaults: sampling });
  const names = labels?.names;
  /** What the network sees as samples. @param x Is freed. */
  async function asSamples(parameters: NamedTensors, x: tf.Tensor): Promise<Samples> {
    if (kind === "pictures") return { kind, pictures: await asPictures(diffusion, parameters, x) };
    const points = Float32Array.from(await x.data());
    x.dispose();
    return { kind, points };
  }
  const drawn = sampler(options, async (parameters, { options, ...request }): Promise<Samples> => {
    const given = await startingPicture(diffusion, parameters, { options, shape });
    try {
      const asked = { ...request, ...given, shape, options, labels: names };
      return await asSamples(parameters, await drawSamples(diffusion, parameters, asked));
    } finally {
      tf.dispose(given as unknown as tf.TensorContainer);
    }
  }, {
    async *sampleSteps(parameters, { options, ...request }) {
      const given = await startingPicture(diffusion, parameters, { options, shape });
      try {
        const asked = { ...request, ...given, shape, options, labels: names };
        let step = 0;
        for await (const { x, clean } of watchSamples(diffusion, parameters, asked)) {
          yield {
            step: step++,
            samples: await asSamples(parameters, x.clone()),
            ...clean && { foreseen: await asSamples(parameters, clean.clone()) },
          };
        }
      } finally {
        tf.dispose(given as unknown as tf.TensorContainer);
      }
    },
  });
  return {
    parameters: diffusion.parameters,
    begin(data, random) {
      const state = initialiseTrainState(diffusion, optimiser, random);
      return begin?.(state, data) ?? state;
    },
    createStep: (options) => createTrainStep(diffusion, optimiser, options),
    batch: (data, { indices }) => ({
      examples: kind === "pictures" ? pictureBatch(data, indices) : pointBatch(data, indices),
      ...labels && { labels: labelBatch(labels.of(data), indices) },
    }),
    measure: (parameters, batch, seed) => diffusion.measure(parameters, batch, seed),
    ...drawn,
    sample(parameters, request) {
      if (!labels) refuseLabels(request.options);
      return drawn.sample(parameters, request);
    },
    async *sampleSteps(parameters, request) {
      if (!labels) refuseLabels(request.options);
      yield* drawn.sampleSteps!(parameters, request);
    },
    ...labels && { labels: labels.names, labelShares: (data) => labels.shares(data) },
    epochSamples: kind === "points" ? 1000 : sheetOf(labels?.names.length ?? 0),
    explore,
  };
}

/** Samples of an epoch: a square in whose rows every label comes as often. */
function sheetOf(labels: number): number {
  if (labels === 0) return 25;
  return labels > 4 ? Math.min(labels, 10) ** 2 : (2 * labels) ** 2;
}

/** @throws RangeError for options that only a model with labels has. */
function refuseLabels(options: Config = {}): void {
  const asked = ["label", "guidance", "rescale"].find((key) => key in options);
  if (asked === undefined) return;
  throw new RangeError(
    `Cannot set --${asked}: expected a model that learned with labels, got one without; train one with --attribute`,
  );
}
