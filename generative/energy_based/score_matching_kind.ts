import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, positive } from "../../core/fields/value_schemas.ts";
import { expectPlanePoints, pointBatch } from "../data/point_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import { fallingRate } from "../models/step_batches.ts";
import { adamW } from "../train/adamw.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { drawAnnealed } from "./draw_annealed.ts";
import { exploreScore } from "./explore_score.ts";
import { ScoreMatching } from "./score_matching.ts";

const FIELDS = fields({
  ...commonFields({ model: "score-matching", data: "moons", epochs: 40, batchSize: 128 }),
  hidden: field(v.pipe(v.array(count()), v.minLength(1)), "Units of the hidden layers.", [128, 128, 128]),
  levels: field(count(2), "Noise levels, each smaller than the one before by the same factor.", 10),
  sigmaMax: field(positive, "Standard deviation of the largest noise.", 2),
  sigmaMin: field(positive, "Standard deviation of the smallest noise.", 0.02),
  levelSteps: field(count(), "Steps of the chains that draw samples, at each noise level.", 100),
  stepSize: field(
    v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
    "Step of those chains as a share of the variance of the noise.",
    0.1,
  ),
  learningRate: modelFields.learningRate(1e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-5),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** Scores of points under noise: the way from energies to diffusion. */
export const SCORE_MATCHING: ModelKind<typeof standard> = {
  name: "score-matching",
  title: "Denoising score matching on two moons",
  family: "energy-based models",
  chapter: 7,
  paper: "Song and Ermon 2019, Generative Modeling by Estimating Gradients of the Data Distribution",
  page: { pictures: ["field", "annealing", "without_annealing"] },
  fields: FIELDS,
  presets: {
    default: standard,
    book: standard,
    smoke: { ...standard, examples: 1000, epochs: 1, batchSize: 100, hidden: [16], levelSteps: 10 },
  },
  create(config, data) {
    const { count, dimensions } = expectPlanePoints(data, { model: "score-matching" });
    const { sigmaMin, sigmaMax, levelSteps } = config;
    if (sigmaMin >= sigmaMax) {
      throw new RangeError(
        `Cannot train score-matching: expected --sigma-min below --sigma-max, ${sigmaMax}, got ${sigmaMin}`,
      );
    }
    const model = new ScoreMatching({ ...config, dimensions });
    const optimiser = adamW({ learningRate: fallingRate(config, count) });
    const sampling = fields({
      temperature: samplingFields.temperature("Multiplies the noise of the chains."),
      steps: field(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
        "Steps of the chains at each noise level.",
        Math.min(levelSteps, 10_000),
      ),
    });
    const smallestNoise = (points: tf.Tensor) => tf.fill([points.shape[0], 1], sigmaMin);
    return {
      parameters: model.parameters,
      begin: (_data, random) => initialiseTrainState(model, optimiser, random),
      createStep: (options) => createTrainStep(model, optimiser, options),
      batch: (data, { indices }) => ({ points: pointBatch(data, indices) }),
      measure: (parameters, batch, seed) => model.loss(parameters, batch, seed),
      ...sampler(sampling, async (parameters, { options, ...request }) => {
        const drawn = await Array.fromAsync(drawAnnealed(model, parameters, { ...request, ...options }));
        return { kind: "points", points: drawn.at(-1)! };
      }, {
        async *sampleSteps(parameters, { options, ...request }) {
          let step = 0;
          for await (const points of drawAnnealed(model, parameters, { ...request, ...options })) {
            yield { step, samples: { kind: "points", points } };
            step += options.steps;
          }
        },
      }),
      plane: { score: (parameters, points) => model.score(parameters, points, smallestNoise(points)) },
      epochSamples: 1000,
      explore: (context) => exploreScore(model, { ...context, steps: levelSteps }),
    };
  },
};
