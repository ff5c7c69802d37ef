import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, share, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { expectText, type TextShape, textTensors } from "../data/text/text_tensors.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import { fallingRate } from "../models/step_batches.ts";
import { adamW } from "../train/adamw.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { warmUp } from "../train/schedules.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { exploreGPT } from "./explore_gpt.ts";
import { GPT } from "./gpt.ts";
import { attendText } from "./look_at_attention.ts";
import { beginningOf, tellTexts, writeTexts } from "./write_texts.ts";

const FIELDS = fields({
  ...commonFields({ model: "gpt", data: "sotu", epochs: 2, batchSize: 32 }),
  unit: modelFields.unit("bytePair"),
  simplified: modelFields.simplified(false),
  vocabulary: modelFields.vocabulary(2000),
  length: modelFields.length(129),
  epochSteps: modelFields.epochSteps(0),
  style: field(
    v.picklist(["book", "modern"]),
    "How blocks are put together, started and trained: book has norms behind each part, Keras's first values and Adam at a " +
      "constant rate; modern, as GPT-2, has norms in front, small first values and AdamW with warm-up at a falling rate.",
    "modern",
  ),
  layers: field(count(), "Transformer blocks.", 4),
  heads: field(count(), "Heads of each block's attention.", 6),
  width: field(count(), "Numbers that stand for a token.", 192),
  headSize: field(count(0), "Size of a head's queries, keys and values. 0 takes width / heads.", 0),
  inner: field(
    count(0),
    "Size of the feed-forward part's hidden layer. 0 takes 4 times the width, 8/3 of it for swiglu.",
    0,
  ),
  positions: field(
    v.picklist(["learned", "rotary"]),
    "How places are told apart: by a vector each, or by turning queries and keys.",
    "rotary",
  ),
  norm: field(
    v.picklist(["layer", "rms"]),
    "Norm by mean and variance, or by root mean square alone.",
    "rms",
  ),
  feedForward: field(
    v.picklist(["relu", "gelu", "swiglu"]),
    "What the feed-forward part is made of.",
    "swiglu",
  ),
  normaliseQueries: field(v.boolean(), "Normalise queries and keys in each head.", false),
  tied: field(v.boolean(), "Take the table of the tokens for the logits as well.", true),
  bias: field(v.boolean(), "Add biases.", false),
  dropout: field(shareBelowOne, "Share that is dropped out in training.", 0),
  maskPadding: field(
    v.boolean(),
    "Leave what fills up short texts out of the loss; samples are then as long as they may be. The book counts it, which " +
      "makes the loss look better.",
    true,
  ),
  learningRate: modelFields.learningRate(1e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-4),
  warmUpSteps: modelFields.warmUpSteps(100),
  beta2: field(shareBelowOne, "How much of the mean of squared gradients AdamW keeps each step.", 0.95),
  weightDecay: field(share, "Decay of weights, times the learning rate.", 0.1),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  prompt: field(
    v.string(),
    "How samples begin where deno task sample is given no prompt of its own. Empty takes the data's own beginning.",
    "",
  ),
});
const standard = FIELDS.defaults;

/** The configuration of {@link GPT_TEXT}. */
export type GPTConfig = typeof standard;

/** Texts that are written after every epoch. */
const EPOCH_SAMPLES = 4;

/** The book's GPT, on speeches in place of its wine reviews, and what became of it since. */
export const GPT_TEXT: ModelKind<GPTConfig> = {
  name: "gpt",
  title: "GPT: a transformer that writes",
  family: "transformers",
  chapter: 9,
  paper:
    "Radford, Narasimhan, Salimans and Sutskever 2018, Improving Language Understanding by Generative Pre-Training",
  page: {
    losses: ["loss", "bitsPerCharacter"],
    pictures: ["attention", "heads", "fields", "next_tokens", "temperatures"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    // characters of Shakespeare
    hour: {
      ...standard,
      data: "shakespeare",
      unit: "character",
      vocabulary: 100,
      length: 129,
      epochs: 3,
      layers: 6,
      width: 192,
    },
    book: {
      ...standard,
      unit: "word",
      vocabulary: 10_000,
      length: 81,
      epochs: 5,
      style: "book",
      layers: 1,
      heads: 2,
      width: 256,
      headSize: 256,
      inner: 256,
      positions: "learned",
      norm: "layer",
      feedForward: "relu",
      tied: false,
      bias: true,
      dropout: 0.1,
      maskPadding: false,
    },
    smoke: {
      ...standard,
      examples: 64,
      epochs: 1,
      batchSize: 8,
      unit: "word",
      vocabulary: 500,
      length: 24,
      layers: 2,
      heads: 2,
      width: 16,
      warmUpSteps: 2,
    },
  },
  published: {
    parameters: 5_809_168,
    data: { kind: "text", name: "wine reviews", count: 1, length: 81, vocabulary: Array(10_000).fill("") },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook gpt",
  },
  create: (config, data) => textModel(config, expectText(data, "gpt")),
};

/** The model at work. */
function textModel(config: GPTConfig, shape: TextShape): GenerativeModel {
  const context = shape.length - 1;
  const model = new GPT({ ...config, vocabulary: shape.vocabulary.length, context });
  const { learningRate, beta2, weightDecay } = config;
  const optimiser = config.style === "book" ? kerasAdam({ learningRate }) : adamW({
    learningRate: warmUp(config.warmUpSteps, fallingRate(config, shape.count)),
    beta2,
    weightDecay,
    clipNorm: 1,
  });
  const sampling = fields({
    temperature: samplingFields.temperature(
      "Randomness of each token: 0 takes the likeliest, 1 draws as predicted, more is more random.",
    ),
    topK: samplingFields.topK("tokens"),
    topP: samplingFields.topP("tokens"),
    most: field(
      v.pipe(count(), v.maxValue(100_000)),
      "Tokens that are written behind the prompt at most.",
      context,
    ),
    prompt: field(
      v.string(),
      "How the texts begin.",
      config.prompt || beginningOf(shape, context - 1),
    ),
  });
  const ends = !config.maskPadding;
  return {
    parameters: model.parameters,
    begin: (_, random) => initialiseTrainState(model, optimiser, random),
    createStep: (options) => createTrainStep(model, optimiser, options),
    batch: (data, { indices }) => textTensors(data, indices),
    measure: (parameters, batch) => model.measure(parameters, batch),
    epochSamples: EPOCH_SAMPLES,
    ...sampler(sampling, async (parameters, { options, ...request }) => {
      const texts = await writeTexts(model, parameters, { ...request, ...options, shape, ends });
      return { kind: "text", texts };
    }, {
      write: (parameters, { options, ...request }) =>
        tellTexts(model, parameters, { ...request, ...options, shape, ends }),
    }),
    attend: (parameters, text) => attendText(model, parameters, text, { shape, ends }),
    explore: (context) => exploreGPT(model, { ...context, shape, ends }),
  };
}
