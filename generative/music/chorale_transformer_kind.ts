import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { GRID_WORDS } from "../data/music/voice_grid.ts";
import { VOICE_RANGES } from "../data/music/voices.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler } from "../models/sampler.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { freePlan, readSoprano } from "./chorale_plan.ts";
import { ChoraleTransformer } from "./chorale_transformer.ts";
import { exploreChorales, harmonise } from "./explore_chorales.ts";
import { expectMusic, musicBatch, type MusicShape } from "./music_batch.ts";
import { drawingFields, musicOptimiser, transformerFields } from "./music_fields.ts";
import { SHIFTS, transposition } from "./transposition.ts";

const FIELDS = fields({
  ...commonFields({ model: "chorale-transformer", data: "bach-chorales", epochs: 5, batchSize: 16 }),
  length: modelFields.length(256),
  voices: modelFields.voices(4),
  epochSteps: modelFields.epochSteps(200),
  ...transformerFields,
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The configuration of {@link CHORALE_TRANSFORMER}. */
export type ChoraleTransformerConfig = typeof standard;

/** Chorales that are written after every epoch. */
const EPOCH_SAMPLES = 2;

/** The transformer on the book's other form of music, a grid, for four voices: it harmonises melodies. */
export const CHORALE_TRANSFORMER: ModelKind<ChoraleTransformerConfig> = {
  name: "chorale-transformer",
  title: "Transformer of chorales for four voices",
  family: "music",
  chapter: 11,
  paper: "Huang et al. 2019, Music Transformer: Generating Music with Long-Term Structure",
  page: {
    losses: ["loss", "sopranoLoss", "harmonyLoss"],
    pictures: ["harmonies", "chorales", "attention", "figures"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    book: { ...standard, epochs: 20, epochSteps: 0 },
    smoke: {
      ...standard,
      examples: 32,
      epochs: 1,
      epochSteps: 0,
      batchSize: 4,
      length: 64,
      layers: 2,
      heads: 2,
      width: 32,
      inner: 64,
      warmUpSteps: 2,
    },
  },
  create: (config, data) =>
    choraleModel(config, expectMusic(data, { model: "chorale-transformer", form: "voices" })),
};

/** The model at work. */
function choraleModel(config: ChoraleTransformerConfig, shape: MusicShape): GenerativeModel {
  const model = new ChoraleTransformer({ ...config, context: shape.length - 1 });
  const optimiser = musicOptimiser(config, { examples: shape.count });
  const tables = config.transpose
    ? SHIFTS.map((shift) => VOICE_RANGES.map((range) => transposition(GRID_WORDS, shift, range)))
    : undefined;
  const sampling = fields({
    ...drawingFields,
    soprano: field(
      v.string(),
      "A melody to harmonise, in ABC notation: K:G M:3/4 D | G2 A | B2 || d | c B A | G2. Notes are quarters unless L: " +
        "says otherwise; before || and at the end they are held. Empty: all four voices are written.",
      "",
    ),
    bars: field(v.pipe(count(), v.maxValue(64)), "Bars of 4/4 that are written without a given soprano.", 8),
  });
  return {
    parameters: model.parameters,
    begin: (_, random) => initialiseTrainState(model, optimiser, random),
    createStep: (options) => createTrainStep(model, optimiser, options),
    batch: (data, request) => musicBatch(data, request, { shape, tables }),
    measure: (parameters, batch) => model.measure(parameters, batch),
    epochSamples: EPOCH_SAMPLES,
    ...sampler(sampling, async (parameters, { options: { soprano, bars, ...drawing }, ...request }) => {
      const planned = soprano.trim() === "" ? freePlan(bars) : readSoprano(soprano);
      const pieces = await harmonise(model, parameters, { ...request, ...drawing, planned });
      return { kind: "music", pieces };
    }),
    explore: (context) => exploreChorales(model, context),
  };
}
