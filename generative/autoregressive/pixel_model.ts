import * as tf from "@tensorflow/tfjs";
import { fields } from "../../core/fields/field.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Dataset } from "../data/dataset.ts";
import type { BatchRequest, GenerativeModel, PicturePreparation } from "../models/model.ts";
import { pictureBatch, toPictures } from "../data/picture_tensors.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import type { Optimiser } from "../train/adamw.ts";
import type { TrainState } from "../train/model.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { type DrawOptions, drawPictures } from "./draw_pictures.ts";
import { explorePixels } from "./explore_pixels.ts";
import type { LearningPixelNetwork } from "./learning_pixel_network.ts";

/** What {@link pixelModel} is told beside the network. */
export interface PixelModelOptions {
  /** The optimiser of all parameters. */
  optimiser: Optimiser;
  /** Pictures that are drawn after every epoch. */
  epochSamples: number;
  /** See `GenerativeModel.preparation`. */
  preparation?: PicturePreparation;
}

/** Pictures that are drawn at a time: more cost memory and save little. */
const AT_ONCE = 64;
/** Pictures that parameters are set by. */
const START_EXAMPLES = 64;

/** What samples can be asked for. */
const PIXEL_OPTIONS = fields({
  temperature: samplingFields.temperature(
    "Randomness of each pixel: 0 takes the most likely value, 1 draws as predicted, more is noisier.",
  ),
});

/** A network that predicts each pixel from those before it, as a model that learns from `{ pixels }`. */
export function pixelModel(
  network: LearningPixelNetwork,
  { optimiser, epochSamples, preparation }: PixelModelOptions,
): GenerativeModel {
  const batch = (data: Dataset, { indices }: BatchRequest) =>
    tf.tidy(() => ({ pixels: network.prepare(pictureBatch(data, indices)) }));
  return {
    parameters: network.parameters,
    begin: (data, random) => {
      const state = initialiseTrainState(network, optimiser, random);
      return network.start ? startFrom(network, state, batch(data, { indices: firstOf(data) })) : state;
    },
    createStep: (options) => createTrainStep(network, optimiser, options),
    batch,
    measure: (parameters, batch) => network.measure(parameters, batch),
    epochSamples,
    preparation,
    ...sampler(PIXEL_OPTIONS, async (parameters, { options, ...request }) => ({
      kind: "pictures",
      pictures: await drawInGroups(network, parameters, { ...request, ...options }),
    })),
    explore: (context) => explorePixels(network, context),
  };
}

function firstOf(data: Dataset): number[] {
  return Array.from({ length: Math.min(START_EXAMPLES, data.count) }, (_, i) => i);
}

/** Parameters set by examples, in the place of those that are freed. */
function startFrom(network: LearningPixelNetwork, state: TrainState, batch: NamedTensors): TrainState {
  const found = tf.tidy(() => network.start!(state.parameters, batch.pixels));
  const parameters = { ...state.parameters, ...found };
  tf.dispose([batch, ...Object.keys(found).map((name) => state.parameters[name])]);
  return { ...state, parameters };
}

async function drawInGroups(
  network: LearningPixelNetwork,
  parameters: NamedTensors,
  { count, random, temperature }: DrawOptions,
) {
  const pictures = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const options = {
      count: Math.min(AT_ONCE, count - first),
      random: groupStream(random, first),
      temperature,
    };
    const pixels = await drawPictures(network, parameters, options);
    const shown = tf.tidy(() => network.show(pixels));
    pictures.push(...await toPictures(shown));
    tf.dispose([pixels, shown]);
  }
  return pictures;
}

function groupStream(random: RandomStream, first: number): RandomStream {
  return random.fork(`pictures/${first}`);
}
