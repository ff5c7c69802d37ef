import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, nonNegative } from "../../core/fields/value_schemas.ts";
import type { Dataset, PictureData } from "../data/dataset.ts";
import { expectPictures, pictureBatch } from "../data/picture_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler } from "../models/sampler.ts";
import { uniform } from "../runtime/mod.ts";
import { adamW } from "../train/adamw.ts";
import { initialiseTrainState } from "../train/train_step.ts";
import { contrastiveStep } from "./contrastive_step.ts";
import { type ChainModel, chainSteps, drawChains } from "./draw_chains.ts";
import { exploreRbm } from "./explore_rbm.ts";
import { RBM } from "./rbm.ts";

const FIELDS = fields({
  ...commonFields({ model: "rbm", data: "mnist", size: 28, epochs: 20, batchSize: 100 }),
  hidden: field(count(), "Hidden units.", 256),
  persistent: field(
    v.boolean(),
    "Whether chains go on from step to step; otherwise each starts at an example of the batch.",
    true,
  ),
  gibbsSteps: field(count(), "Gibbs steps of the chains in a training step.", 1),
  learningRate: modelFields.learningRate(1e-3),
  weightDecay: field(nonNegative, "Decay of the weights in a step, times the learning rate.", 0.01),
  distanceSamples: modelFields.distanceSamples(0),
  ...learningFields,
});
const standard = FIELDS.defaults;
/** A byte from which on a pixel is 1. */
const THRESHOLD = 128;

/** The machine that energy-based models came from, on digits in black and white. */
export const RBM_DIGITS: ModelKind<typeof standard> = {
  name: "rbm",
  title: "Restricted Boltzmann machine on digits in black and white",
  family: "energy-based models",
  chapter: 7,
  paper: "Hinton 2002, Training Products of Experts by Minimizing Contrastive Divergence",
  page: {
    losses: ["freeEnergy", "chainEnergy"],
    pictures: ["filters", "chains", "halves", "free_energies"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    book: { ...standard, hidden: 500 },
    smoke: { ...standard, size: 14, examples: 500, epochs: 1, batchSize: 50, hidden: 16 },
  },
  create(config, data) {
    const { height, width, channels } = expectPictures(data, { model: "rbm" });
    const { persistent, batchSize, learningRate, weightDecay } = config;
    const visible = height * width * channels;
    const rbm = new RBM({ ...config, visible, persistentChains: persistent ? batchSize : 0 });
    const optimiser = adamW({ learningRate, weightDecay });
    const binary = (data: Dataset, indices: ArrayLike<number>) =>
      tf.tidy(() => pictureBatch(data, indices).greaterEqual(THRESHOLD).toFloat().reshape([-1, visible]));
    const chains: ChainModel = {
      start: (count, seed) => uniform([count, visible], seed).greaterEqual(0.5).toFloat(),
      advance: (parameters, chains, steps, seed) => rbm.gibbs(parameters, chains, { steps }, seed),
      show: (_parameters, chains) => chains.reshape([-1, height, width, channels]),
    };
    const sampling = fields({
      steps: field(
        v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000)),
        "Gibbs steps from noise.",
        1000,
      ),
    });
    return {
      parameters: rbm.parameters,
      begin(data, random) {
        const state = initialiseTrainState(rbm, optimiser, random);
        state.parameters["visible/bias"].dispose();
        state.parameters["visible/bias"] = tf.tensor1d(pixelLogits(data as PictureData));
        return state;
      },
      createStep: () => contrastiveStep(rbm, optimiser),
      batch: (data, { indices }) => ({ pictures: binary(data, indices) }),
      measure: (parameters, batch, seed) => rbm.measure(parameters, batch, seed),
      preparation: { name: "binary", apply: (bytes) => bytes.map((byte) => byte >= THRESHOLD ? 255 : 0) },
      ...sampler(sampling, async (parameters, { options: { steps }, ...request }) => {
        const drawn = drawChains(chains, parameters, { ...request, times: [steps] });
        return { kind: "pictures", pictures: (await Array.fromAsync(drawn))[0] };
      }, {
        sampleSteps: (parameters, { options, ...request }) =>
          chainSteps(chains, parameters, { ...request, ...options }),
      }),
      explore: (context) => exploreRbm(rbm, { ...context, chains, binary }),
    };
  },
};

/** Logits of how often each pixel is 1, where visible biases start (Hinton, 2010); counted with one more of both. */
function pixelLogits({ pictures, count }: PictureData): Float32Array {
  const ones = new Float64Array(pictures.length / count);
  for (let i = 0; i < pictures.length; i++) if (pictures[i] >= THRESHOLD) ones[i % ones.length]++;
  return Float32Array.from(ones, (ones) => Math.log((ones + 1) / (count - ones + 1)));
}
