import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, share, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { expectText, type TextShape, tokenTensors } from "../data/text/text_tensors.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import { fallingRate } from "../models/step_batches.ts";
import { adamW } from "../train/adamw.ts";
import { warmUp } from "../train/schedules.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { exploreMaskedWords } from "./explore_masked_words.ts";
import { BLANK, fillBlanks } from "./fill_blanks.ts";
import { MaskedWords } from "./masked_words.ts";
import { beginningOf } from "./write_texts.ts";

const FIELDS = fields({
  ...commonFields({ model: "masked-words", data: "sotu", epochs: 3, batchSize: 32 }),
  unit: modelFields.unit("word"),
  simplified: modelFields.simplified(false),
  vocabulary: modelFields.vocabulary(10_000),
  length: modelFields.length(81),
  epochSteps: modelFields.epochSteps(0),
  layers: field(count(), "Transformer blocks.", 3),
  heads: field(count(), "Heads of each block's attention.", 4),
  width: field(count(), "Numbers that stand for a token.", 128),
  masked: field(
    v.pipe(v.number(), v.gtValue(0), v.ltValue(1)),
    "Share of tokens that are hidden and guessed.",
    0.15,
  ),
  dropout: field(shareBelowOne, "Share that is dropped out in training.", 0.1),
  learningRate: modelFields.learningRate(1e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-5),
  warmUpSteps: modelFields.warmUpSteps(300),
  weightDecay: field(share, "Decay of weights, times the learning rate.", 0.01),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  prompt: field(
    v.string(),
    `A text with ${BLANK} for each word to be filled in, where deno task sample is given none. Empty takes the data's own ` +
      "beginning and some blanks.",
    "",
  ),
});
const standard = FIELDS.defaults;

/** BERT on speeches. */
export const MASKED_WORDS: ModelKind<typeof standard> = {
  name: "masked-words",
  title: "Masked words: an encoder that fills in blanks",
  family: "transformers",
  chapter: 9,
  paper: "Devlin, Chang, Lee and Toutanova 2019, BERT: Pre-training of Deep Bidirectional Transformers",
  page: { losses: ["loss", "accuracy"], pictures: ["blanks", "probes"] },
  fields: FIELDS,
  presets: {
    default: standard,
    // the paper's base model
    book: {
      ...standard,
      epochs: 40,
      batchSize: 256,
      vocabulary: 30_522,
      length: 512,
      layers: 12,
      heads: 12,
      width: 768,
      learningRate: 1e-4,
      finalLearningRate: 1e-6,
      warmUpSteps: 10_000,
    },
    smoke: {
      ...standard,
      examples: 64,
      epochs: 1,
      batchSize: 8,
      vocabulary: 500,
      length: 24,
      layers: 1,
      heads: 2,
      width: 16,
      warmUpSteps: 2,
    },
  },
  create: (config, data) => encoderModel(config, expectText(data, "masked-words")),
};

function encoderModel(config: typeof standard, shape: TextShape): GenerativeModel {
  const model = new MaskedWords({ ...config, vocabulary: shape.vocabulary.length, context: shape.length });
  const optimiser = adamW({
    learningRate: warmUp(config.warmUpSteps, fallingRate(config, shape.count)),
    weightDecay: config.weightDecay,
    epsilon: 1e-6,
    clipNorm: 1,
  });
  const blanks = ` ${BLANK}`.repeat(3);
  const sampling = fields({
    temperature: samplingFields.temperature("Randomness of each word: 0 fills in the likeliest."),
    topK: samplingFields.topK("words"),
    topP: samplingFields.topP("words"),
    prompt: field(
      v.string(),
      `A text with ${BLANK} for each word to be filled in.`,
      config.prompt || beginningOf(shape, shape.length - 4) + blanks,
    ),
  });
  return {
    parameters: model.parameters,
    begin: (_, random) => initialiseTrainState(model, optimiser, random),
    createStep: (options) => createTrainStep(model, optimiser, options),
    batch: (data, { indices }) => tokenTensors(data, indices),
    measure: (parameters, batch, seed) => model.measure(parameters, batch, seed),
    epochSamples: 4,
    ...sampler(sampling, async (parameters, { options, ...request }) => ({
      kind: "text",
      texts: await fillBlanks(model, parameters, { ...request, ...options, shape }),
    })),
    explore: (context) => exploreMaskedWords(model, { ...context, shape }),
  };
}
