import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, nonNegative, positive, share, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { expectPictures, pictureBatch } from "../data/picture_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import { epochStepsOf } from "../models/step_batches.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { initialiseTrainState } from "../train/train_step.ts";
import { contrastiveStep } from "./contrastive_step.ts";
import { type ChainModel, chainSteps, drawChains } from "./draw_chains.ts";
import { EBM } from "./ebm.ts";
import { exploreEbm } from "./explore_ebm.ts";

/** The network and chains of the book; Adam as Lippe's tutorial sets it, which keeps scores from running away. */
const FIELDS = fields({
  ...commonFields({ model: "ebm", data: "mnist", size: 32, epochs: 5, batchSize: 128 }),
  filters: field(
    v.pipe(v.array(count()), v.minLength(1)),
    "Channels of the convolutions. Each halves the side of the picture.",
    [16, 32, 64, 64],
  ),
  hidden: field(count(), "Units between the convolutions and the score.", 64),
  objective: field(
    v.picklist(["contrast", "softplus"]),
    "Loss: contrast is the mean score of chains minus that of data, softplus is that of the differences.",
    "contrast",
  ),
  regularisation: field(nonNegative, "Weight of the squares of the scores, which holds them near 0.", 0.1),
  chainSteps: field(count(), "Steps of the chains in a training step.", 60),
  stepSize: field(positive, "Step of the chains: what the gradient of the score is multiplied by.", 10),
  noise: field(nonNegative, "Standard deviation of the noise in each step of a chain.", 0.005),
  clipScore: field(positive, "Largest change of a pixel in a step of a chain, before --step-size.", 0.03),
  bufferSize: field(count(), "Pictures where chains ended that are kept, for others to start from.", 8192),
  restarts: field(share, "Share of the chains that start from noise instead of the buffer.", 0.05),
  sampleSteps: field(count(), "Steps of the chains that samples are drawn by.", 1000),
  learningRate: modelFields.learningRate(1e-4),
  rateDecay: field(
    v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
    "What the learning rate is multiplied by in an epoch.",
    0.97,
  ),
  beta1: field(shareBelowOne, "How much of the mean of the gradients Adam keeps each step.", 0),
  clipNorm: field(nonNegative, "Largest norm of the gradients of all parameters. 0 sets no limit.", 0.1),
  distanceSamples: modelFields.distanceSamples(0),
  ...learningFields,
});
const standard = FIELDS.defaults;
/** Steps of a chain that a sample takes at most. */
const MOST_STEPS = 20_000;

/** The book's energy-based model on digits. */
export const EBM_DIGITS: ModelKind<typeof standard> = {
  name: "ebm",
  title: "Energy-based model on digits",
  family: "energy-based models",
  chapter: 7,
  paper: "Du and Mordatch 2019, Implicit Generation and Modeling with Energy-Based Models",
  page: {
    losses: ["realScore", "chainScore", "contrast"],
    pictures: ["chains", "short_and_long", "energies", "typical_and_strange"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    book: { ...standard, epochs: 60, rateDecay: 1, beta1: 0.9, clipNorm: 0 },
    smoke: {
      ...standard,
      size: 16,
      filters: [8, 16],
      hidden: 16,
      examples: 256,
      epochs: 1,
      batchSize: 32,
      bufferSize: 128,
      chainSteps: 5,
      sampleSteps: 20,
    },
  },
  published: {
    parameters: 76_993,
    data: { kind: "pictures", name: "mnist", count: 1, height: 32, width: 32, channels: 1 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook ebm",
  },
  create(config, data) {
    const { height: size, channels, count } = expectPictures(data, { model: "ebm" });
    const { batchSize, bufferSize, learningRate, rateDecay, beta1, clipNorm } = config;
    if (bufferSize < batchSize) {
      throw new RangeError(
        `Cannot train ebm: expected --buffer-size of at least --batch-size, ${batchSize}, got ${bufferSize}`,
      );
    }
    const ebm = new EBM({ ...config, size, channels });
    const perStep = Math.log(rateDecay) / epochStepsOf(config, count);
    const optimiser = kerasAdam({
      learningRate: (step) => step.mul(perStep).exp().mul(learningRate),
      beta1,
      clipNorm: clipNorm || undefined,
    });
    const chains = (temperature = 1): ChainModel => ({
      start: (count, seed) => ebm.startChains(count, seed),
      advance: (parameters, chains, steps, seed) =>
        ebm.climb(parameters, chains, { steps, temperature }, seed),
      show: (_parameters, chains) => chains.add(1).div(2),
    });
    const sampling = fields({
      temperature: samplingFields.temperature("Multiplies the noise of the chains."),
      steps: field(
        v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_STEPS)),
        "Steps of the chains.",
        Math.min(config.sampleSteps, MOST_STEPS),
      ),
    });
    return {
      parameters: ebm.parameters,
      criterion: "distance", // the losses stay about 0, however good samples are
      begin: (_data, random) => initialiseTrainState(ebm, optimiser, random),
      createStep: () => contrastiveStep(ebm, optimiser),
      batch: (data, { indices }) =>
        tf.tidy(() => ({ pictures: pictureBatch(data, indices).toFloat().div(127.5).sub(1) })),
      measure: (parameters, batch, seed) => ebm.measure(parameters, batch, seed),
      ...sampler(sampling, async (parameters, { options: { steps, temperature }, ...request }) => {
        const drawn = drawChains(chains(temperature), parameters, { ...request, times: [steps] });
        return { kind: "pictures", pictures: (await Array.fromAsync(drawn))[0] };
      }, {
        sampleSteps: (parameters, { options: { steps, temperature }, ...request }) =>
          chainSteps(chains(temperature), parameters, { ...request, steps }),
      }),
      explore: (context) =>
        exploreEbm(ebm, { ...context, chains: chains(), sampleSteps: config.sampleSteps }),
    };
  },
};
