import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { expectText, type TextShape, textTensors } from "../data/text/text_tensors.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { exploreWords } from "./explore_words.ts";
import { WordLSTM } from "./word_lstm.ts";
import { checkPromptLength, knownWords, tellWords, writeTexts } from "./write_texts.ts";

const FIELDS = fields({
  ...commonFields({ model: "word-lstm", data: "moby-dick", epochs: 10, batchSize: 32 }),
  length: modelFields.length(201),
  vocabulary: modelFields.vocabulary(10_000),
  embeddingSize: field(count(), "Numbers that stand for a word.", 100),
  units: field(count(), "Units of the LSTM.", 128),
  maskPadding: field(
    v.boolean(),
    "Leave what fills up short texts out of the loss. The book counts it, which makes the loss look better.",
    false,
  ),
  learningRate: modelFields.learningRate(1e-3),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  prompt: field(
    v.string(),
    "How samples begin where deno task sample is given no prompt of its own; words that the data do not know are " +
      "left out.",
    "the whale |",
  ),
});
const standard = FIELDS.defaults;

/** The configuration of {@link WORD_LSTM}. */
export type WordLSTMConfig = typeof standard;

/** Texts that are written after every epoch. */
const EPOCH_SAMPLES = 4;

/** The book's LSTM, on a novel in place of its recipes; `--data full_format_recipes.json` takes those. */
export const WORD_LSTM: ModelKind<WordLSTMConfig> = {
  name: "word-lstm",
  title: "Word-level LSTM language model",
  family: "autoregressive models",
  chapter: 5,
  paper: "Hochreiter and Schmidhuber 1997, Long Short-Term Memory",
  fields: FIELDS,
  presets: {
    default: standard,
    book: { ...standard, epochs: 25 },
    smoke: {
      ...standard,
      examples: 64,
      epochs: 1,
      batchSize: 8,
      length: 24,
      vocabulary: 500,
      embeddingSize: 16,
      units: 32,
    },
  },
  published: {
    parameters: 2_407_248,
    data: { kind: "text", name: "recipes", count: 1, length: 201, vocabulary: Array(10_000).fill("") },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook lstm",
  },
  create: (config, data) => wordModel(config, expectText(data, "word-lstm")),
};

/** The model at work. */
function wordModel(
  config: WordLSTMConfig,
  { vocabulary, length }: TextShape,
): GenerativeModel {
  const model = new WordLSTM({ ...config, vocabulary: vocabulary.length });
  const optimiser = kerasAdam({ learningRate: config.learningRate });
  const sampling = fields({
    temperature: samplingFields.temperature(
      "Randomness of each word: 0 takes the most likely word, 1 draws as predicted, more is more random.",
    ),
    prompt: field(v.string(), "How the texts begin.", startOf(config, { vocabulary, length })),
  });
  return {
    parameters: model.parameters,
    begin: (_, random) => initialiseTrainState(model, optimiser, random),
    createStep: (options) => createTrainStep(model, optimiser, options),
    batch: (data, { indices }) => textTensors(data, indices),
    measure: (parameters, batch) => model.measure(parameters, batch),
    epochSamples: EPOCH_SAMPLES,
    ...sampler(sampling, async (parameters, { options, ...request }) => {
      checkPromptLength(options.prompt, length);
      const texts = await writeTexts(model, parameters, { ...request, ...options, length, vocabulary });
      return { kind: "text", texts };
    }, {
      async *write(parameters, { options, ...request }) {
        checkPromptLength(options.prompt, length);
        yield* tellWords(model, parameters, { ...request, ...options, length, vocabulary });
      },
    }),
    explore: (context) => exploreWords(model, context),
  };
}

/** The words of the configuration's prompt that the data know or, where they know none, their most frequent word. */
function startOf(
  { prompt }: WordLSTMConfig,
  { vocabulary, length }: Pick<TextShape, "vocabulary" | "length">,
): string {
  return knownWords(prompt, vocabulary).slice(0, length - 1).join(" ") || (vocabulary[2] ?? vocabulary[1]);
}
