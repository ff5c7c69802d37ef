import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { tokensPiece } from "../data/music/passages.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler } from "../models/sampler.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { exploreMelodies } from "./explore_melodies.ts";
import { expectMusic, musicBatch, type MusicShape } from "./music_batch.ts";
import { drawingFields, musicOptimiser, transformerFields } from "./music_fields.ts";
import { MusicTransformer } from "./music_transformer.ts";
import { SHIFTS, transposition } from "./transposition.ts";
import { readStart, writeMelodies } from "./write_melodies.ts";

const FIELDS = fields({
  ...commonFields({ model: "music-transformer", data: "fiddle-tunes", epochs: 5, batchSize: 32 }),
  length: modelFields.length(129),
  voices: modelFields.voices(1),
  epochSteps: modelFields.epochSteps(250),
  ...transformerFields,
  headSize: field(count(0), "Size of a head's queries, keys and values. 0 is width / heads.", 0),
  style: field(
    v.picklist(["book", "modern"]),
    "How it is put together. Book has norms behind each part, Keras's start and its Adam; modern has norms in front, " +
      "starts with N(0, 0.02) and takes AdamW with clipped gradients.",
    "modern",
  ),
  positions: field(
    v.picklist(["sinusoidal", "relative"]),
    "How places are told apart: by sines and cosines, or by learned distances.",
    "relative",
  ),
  couple: field(
    v.boolean(),
    "Foresee an event's duration from its note as well. In the book, either is foreseen without the other.",
    true,
  ),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The configuration of {@link MUSIC_TRANSFORMER}. */
export type MusicTransformerConfig = typeof standard;

/** Melodies that are written after every epoch. */
const EPOCH_SAMPLES = 4;

/** Words of the book's vocabularies, of 36 cello suites' movements: what its parameters are counted for. */
const published = (name: string, words: number) => ({ name, words: Array<string>(words).fill("") });

/** The book's transformer of melodies, on tunes in place of its cello suites; `--data FOLDER` takes MIDI files. */
export const MUSIC_TRANSFORMER: ModelKind<MusicTransformerConfig> = {
  name: "music-transformer",
  title: "Transformer of melodies",
  family: "music",
  chapter: 11,
  paper: "Huang et al. 2019, Music Transformer: Generating Music with Long-Term Structure",
  page: {
    losses: ["loss", "noteLoss", "durationLoss"],
    pictures: ["melodies", "note_probabilities", "attention", "figures"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    book: {
      ...standard,
      data: "bach-chorales",
      epochs: 20,
      batchSize: 256,
      length: 51,
      epochSteps: 0,
      layers: 1,
      heads: 5,
      width: 256,
      headSize: 256,
      inner: 256,
      style: "book",
      positions: "sinusoidal",
      couple: false,
      dropout: 0.3,
      transpose: false,
      finalLearningRate: 1e-3,
      warmUpSteps: 0,
      weightDecay: 0,
    },
    smoke: {
      ...standard,
      examples: 64,
      epochs: 1,
      epochSteps: 0,
      batchSize: 8,
      length: 24,
      layers: 2,
      heads: 2,
      width: 32,
      inner: 64,
      warmUpSteps: 2,
    },
  },
  published: {
    parameters: 1_479_379,
    data: {
      kind: "music",
      name: "cello suites",
      form: "melody",
      count: 27_580,
      length: 51,
      streams: [published("notes", 59), published("durations", 24)],
    },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook transformer of chapter 11",
  },
  create: (config, data) =>
    melodyModel(config, expectMusic(data, { model: "music-transformer", form: "melody" })),
};

/** The model at work. */
function melodyModel(config: MusicTransformerConfig, shape: MusicShape): GenerativeModel {
  const { streams, length } = shape;
  const [notes, durations] = streams.map(({ words }) => words.length);
  const model = new MusicTransformer({ ...config, notes, durations, context: length - 1 });
  const keras = config.style === "book";
  const optimiser = musicOptimiser(config, { examples: shape.count, keras });
  const tables = config.transpose
    ? SHIFTS.map((shift) => [transposition(streams[0].words, shift)])
    : undefined;
  const most = config.positions === "relative" ? 1024 : length - 1; // sines beyond are new to it
  const sampling = fields({
    ...drawingFields,
    start: field(
      v.string(),
      "How melodies begin, such as G:major 3/4TS D4=0.5 G4: a key, a metre, notes with their quarters (1 where none " +
        "is told). Empty: with anything.",
      "",
    ),
    events: field(
      v.pipe(count(2), v.maxValue(most)),
      "Notes, rests, keys and metres of a melody at most; it may end before.",
      Math.min(length - 1, most),
    ),
  });
  return {
    parameters: model.parameters,
    begin: (_, random) => initialiseTrainState(model, optimiser, random),
    createStep: (options) => createTrainStep(model, optimiser, options),
    batch: (data, request) => musicBatch(data, request, { shape, tables }),
    measure: (parameters, batch) => model.measure(parameters, batch),
    epochSamples: EPOCH_SAMPLES,
    ...sampler(sampling, async (parameters, { options: { start, ...options }, count, random }) => {
      const begun = readStart(start, streams);
      if (begun.length > options.events) {
        throw new RangeError(
          `Cannot begin with ${begun.length} events: expected at most ${options.events}, see --events`,
        );
      }
      const melodies = await writeMelodies(model, parameters, {
        ...options,
        count,
        random,
        streams,
        start: begun,
      });
      const pieces = melodies.map((tokens, i) => tokensPiece(tokens, shape, `Melody ${i + 1}`));
      return { kind: "music", pieces };
    }),
    explore: (context) => exploreMelodies(model, { ...context, shape }),
  };
}
