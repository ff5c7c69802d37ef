import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { RandomStream } from "../../core/random_stream.ts";
import type { TextData } from "../data/dataset.ts";
import { expectText, type TextShape } from "../data/text/text_tensors.ts";
import { PAD } from "../data/text/vocabulary.ts";
import type { BatchRequest, GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import { fallingRate } from "../models/step_batches.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { adamW } from "../train/adamw.ts";
import { warmUp } from "../train/schedules.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { corruptSpans } from "./corrupt_spans.ts";
import { exploreTextToText } from "./explore_text_to_text.ts";
import { BLANK } from "./fill_blanks.ts";
import { fillText } from "./fill_spans.ts";
import { TextToText } from "./text_to_text.ts";
import { beginningOf } from "./write_texts.ts";

const FIELDS = fields({
  ...commonFields({ model: "text-to-text", data: "sotu", epochs: 3, batchSize: 32 }),
  unit: modelFields.unit("word"),
  simplified: modelFields.simplified(false),
  vocabulary: modelFields.vocabulary(10_000),
  length: modelFields.length(81),
  epochSteps: modelFields.epochSteps(0),
  layers: field(count(), "Blocks of the encoder, and as many of the decoder.", 2),
  heads: field(count(), "Heads of each block's attention.", 4),
  width: field(count(), "Numbers that stand for a token.", 128),
  inner: field(count(), "Size of the feed-forward parts' hidden layers.", 512),
  buckets: field(
    v.pipe(v.number(), v.integer(), v.minValue(4), v.multipleOf(4)),
    "Distances that heads tell apart; those further away share them.",
    32,
  ),
  masked: field(v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), "Share of tokens that is taken out.", 0.15),
  meanSpan: field(v.pipe(v.number(), v.minValue(1)), "Tokens of a span in the mean.", 3),
  dropout: field(shareBelowOne, "Share that is dropped out in training.", 0.1),
  learningRate: modelFields.learningRate(1e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-5),
  warmUpSteps: modelFields.warmUpSteps(300),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  prompt: field(
    v.string(),
    `A text with ${BLANK} for each span to be filled in, where deno task sample is given none. Empty takes the data's own ` +
      "beginning and a blank.",
    "",
  ),
});
const standard = FIELDS.defaults;

/** T5 on speeches. */
export const TEXT_TO_TEXT: ModelKind<typeof standard> = {
  name: "text-to-text",
  title: "Text to text: an encoder and a decoder that put spans back",
  family: "transformers",
  chapter: 9,
  paper:
    "Raffel et al. 2020, Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
  page: { pictures: ["spans", "distances"] },
  fields: FIELDS,
  presets: {
    default: standard,
    // the paper's small model
    book: {
      ...standard,
      vocabulary: 32_000,
      length: 512,
      batchSize: 128,
      epochs: 40,
      layers: 6,
      heads: 8,
      width: 512,
      inner: 2048,
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
      inner: 32,
      warmUpSteps: 2,
    },
  },
  create: (config, data) => spanModel(config, expectText(data, "text-to-text")),
};

function spanModel(config: typeof standard, shape: TextShape): GenerativeModel {
  const { length } = shape;
  const hidden = Math.max(1, Math.round(length * config.masked));
  const most = Math.max(1, Math.round(hidden / config.meanSpan));
  const answer = hidden + most + 1;
  const sentinels = most + 1;
  const model = new TextToText({ ...config, vocabulary: shape.vocabulary.length, sentinels, answer });
  const spans = { share: config.masked, meanSpan: config.meanSpan, sentinel: model.sentinel, sentinels };
  const optimiser = adamW({
    learningRate: warmUp(config.warmUpSteps, fallingRate(config, shape.count)),
    clipNorm: 1,
  });
  const sampling = fields({
    temperature: samplingFields.temperature("Randomness of each token: 0 takes the likeliest."),
    topK: samplingFields.topK("tokens"),
    topP: samplingFields.topP("tokens"),
    prompt: field(
      v.string(),
      `A text with ${BLANK} for each span to be filled in.`,
      config.prompt || `${beginningOf(shape, length - 2)} ${BLANK}`,
    ),
  });
  return {
    parameters: model.parameters,
    begin: (_, random) => initialiseTrainState(model, optimiser, random),
    createStep: (options) => createTrainStep(model, optimiser, options),
    batch: (data, request) => spanBatch(data as TextData, request, { spans, answer }),
    measure: (parameters, batch) => model.measure(parameters, batch),
    epochSamples: 4,
    ...sampler(sampling, async (parameters, { options, ...request }) => ({
      kind: "text",
      texts: await fillText(model, parameters, { ...request, ...options, shape }),
    })),
    explore: (context) => exploreTextToText(model, { ...context, shape, spans }),
  };
}

/** Texts with spans taken out, anew in each step; where they are measured, each text always the same. */
function spanBatch(
  { tokens, length }: TextData,
  { indices, training }: BatchRequest,
  { spans, answer }: { spans: Omit<Parameters<typeof corruptSpans>[1], "random">; answer: number },
): NamedTensors {
  const rows = Array.from(indices, (n) => {
    const text = [...tokens.subarray(n * length, (n + 1) * length)].filter((token) => token !== PAD);
    const random = training ? training.random.fork(n) : new RandomStream(n);
    return corruptSpans(text, { ...spans, random });
  });
  const fill = (size: number, of: (row: typeof rows[number]) => number[]) => {
    const values = new Int32Array(rows.length * size).fill(PAD);
    rows.forEach((row, n) => values.set(of(row).slice(0, size), n * size));
    return tf.tensor2d(values, [rows.length, size], "int32");
  };
  return { input: fill(length, ({ input }) => input), target: fill(answer, ({ target }) => target) };
}
