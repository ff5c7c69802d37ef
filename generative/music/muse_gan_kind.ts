import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, positive } from "../../core/fields/value_schemas.ts";
import type { MusicData } from "../data/dataset.ts";
import { GRID_STREAMS } from "../data/music/passages.ts";
import { measureWasserstein, wassersteinPhases } from "../gans/wasserstein.ts";
import { createPhaseStep, startPhases } from "../gans/phases.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import { collectParameters, initialiseParameters } from "../nn/parameters.ts";
import { barsPiece, barsTensor, wholeBars } from "./bars.ts";
import { drawMuseLatents, exploreBars, playLatents } from "./explore_bars.ts";
import { expectMusic } from "./music_batch.ts";
import { MuseGAN } from "./muse_gan.ts";

const FIELDS = fields({
  ...commonFields({ model: "musegan", data: "bach-chorales", epochs: 12, batchSize: 32 }),
  length: modelFields.length(256),
  voices: modelFields.voices(4),
  epochSteps: modelFields.epochSteps(100),
  narrow: field(
    v.picklist([1, 2, 4, 8, 16]),
    "What the widths of all layers are divided by. 1 is the book's: a step takes four times as long as with 2.",
    2,
  ),
  criticSteps: field(count(), "Updates of the critic for each of the generator, all on the same bars.", 5),
  penaltyWeight: field(positive, "Weight of the gradient penalty (lambda).", 10),
  penalty: field(
    v.picklist(["book", "proper"]),
    "The slope that the penalty keeps near 1: book takes that of each track by itself, at points drawn normally; proper " +
      "takes that of all tracks, at points between.",
    "proper",
  ),
  learningRate: modelFields.learningRate(2e-4),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** Pieces that are made after every epoch. */
const EPOCH_SAMPLES = 4;

/** The book's MuseGAN on two bars of four voices. */
export const MUSE_GAN: ModelKind<typeof standard> = {
  name: "musegan",
  title: "MuseGAN: two bars of four tracks at once",
  family: "music",
  chapter: 11,
  paper: "Dong et al. 2018, MuseGAN: Multi-track Sequential Generative Adversarial Networks",
  page: {
    losses: ["wasserstein", "penalty"],
    pictures: ["changes", "what_changed", "figures"],
  },
  fields: FIELDS,
  presets: {
    default: standard,
    // 6,000 rounds of eight steps
    book: { ...standard, epochs: 480, narrow: 1, penalty: "book", learningRate: 1e-3 },
    smoke: { ...standard, examples: 512, epochs: 1, epochSteps: 2, batchSize: 4, narrow: 16 },
  },
  published: {
    // 6,605,604 of the generator, less the averages of its norms, and 1,446,401 of the critic
    parameters: 6_605_604 - 28_992 + 1_446_401,
    data: { kind: "music", name: "chorales", form: "voices", count: 229, length: 256, streams: GRID_STREAMS },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook musegan",
  },
  create(config, data) {
    expectMusic(data, { model: "musegan", form: "voices" });
    return museModel(config);
  },
};

/** Whole bars of data. */
const known = new WeakMap<MusicData, Uint8Array[]>();

function barsOf(data: MusicData): Uint8Array[] {
  const bars = known.get(data) ?? wholeBars(data);
  known.set(data, bars);
  return bars;
}

/** The model at work. It learns from the bars in passages: places of examples run through them over and over. */
function museModel(config: typeof standard): GenerativeModel {
  const pair = new MuseGAN(config);
  const parameters = collectParameters(pair.generator, pair.critic);
  const book = config.penalty === "book";
  const options = {
    ...config,
    interpolation: book ? "normal" as const : "uniform" as const,
    byChannel: book,
  };
  const training = { phases: wassersteinPhases(pair, options) };
  const sampling = fields({
    temperature: samplingFields.temperature(
      "Multiplies the latents: 0 makes the mean piece, 1 draws as learned.",
    ),
  });
  return {
    parameters,
    begin: (_, random) => startPhases(initialiseParameters(parameters, random), training),
    createStep: () => createPhaseStep(training),
    batch: (data, { indices }) => {
      const bars = barsOf(data as MusicData);
      return { pictures: barsTensor(Array.from(indices, (index) => bars[index % bars.length])) };
    },
    measure: (parameters, batch, seed) => measureWasserstein(pair, options, { parameters, batch, seed }),
    epochSamples: EPOCH_SAMPLES,
    ...sampler(sampling, async (parameters, { count, random, options: { temperature } }) => {
      const bars = await playLatents(pair, parameters, drawMuseLatents(count, random, temperature));
      return { kind: "music", pieces: bars.map((played, i) => barsPiece(played, `Bars ${i + 1}`)) };
    }),
    explore: (context) => exploreBars(pair, context),
  };
}
