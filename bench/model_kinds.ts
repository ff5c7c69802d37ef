// deno-lint-ignore-file no-console -- a benchmark prints
import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../core/mod.ts";
import { type Dataset, shapeOf } from "../generative/data/dataset.ts";
import { GRID_STREAMS } from "../generative/data/music/passages.ts";
import { MODEL_KINDS } from "../generative/kinds.ts";
import { exampleParts } from "../generative/models/checks/check_parts.ts";
import type { ModelConfig } from "../generative/models/model_fields.ts";
import type { ModelKind } from "../generative/models/model.ts";
import { countParameters } from "../generative/nn/mod.ts";
import { seedTensor } from "../generative/runtime/mod.ts";
import { disposeTrainState } from "../generative/train/mod.ts";
import { compareSizes, KerasPeer, NO_KERAS } from "./keras_peer.ts";

/** Rounds that the lab and Keras measure in turn, so that a busy moment of the machine hurts both. */
const ROUNDS = 3;
const CALLS = 5;
/** Examples in a step at most, for networks of which the book's own batch takes up to a minute a step. */
const LARGEST_BATCH: Record<string, number> = {
  dcgan: 16,
  "wgan-gp": 16,
  "conditional-wgan-gp": 16,
  ddm: 16,
};
/** Kinds whose book preset is a model for large machines: their default preset is measured. */
const SMALLER = new Set(["diffusion", "glow", "masked-words", "text-to-text"]);
/** Channels of the pictures of a data set, other than 3. */
const GREY = new Set(["mnist", "fashion-mnist", "bricks"]);
/** Data sets of points in the plane. */
const POINTS = new Set(["moons", "world-map"]);

/**
 * One training step of every model kind (of those in `only`) with its `book` preset, or its default one where the book's
 * is too large, beside the same model in Keras where `keras/` has it. Data are noise in the shape of the preset's data set: nothing is fetched.
 */
export async function measureModelKinds(only: readonly string[] = []): Promise<void> {
  const kinds = MODEL_KINDS.filter(({ name, family }) =>
    family !== "first steps" && (only.length === 0 || only.includes(name)) // those are fitted at once
  );
  if (kinds.length === 0) return;
  const keras = KerasPeer.start();
  console.log(
    `\nTrain steps of the models: milliseconds, the best of ${ROUNDS * CALLS}`,
  );
  console.log("model | batch | trainable parameters | compiled | Keras | ratio");
  for (const kind of kinds) {
    const preset = kind.presets[SMALLER.has(kind.name) ? "default" : "book"];
    const batchSize = Math.min(preset.batchSize, LARGEST_BATCH[kind.name] ?? Infinity);
    const config: ModelConfig = { ...preset, batchSize };
    const data = noise(config);
    const shape = shapeOf(data);
    const model = kind.create(config, shape, exampleParts(kind, config, shape));
    if (!model.createStep) continue; // fitted at once
    const request = {
      ...config,
      batch: batchSize,
      calls: CALLS,
      classes: "classes" in data ? data.classes?.length : undefined,
      streams: data.kind === "music" ? data.streams.map(({ words }) => words.length) : undefined,
    };
    const parameters = countParameters(model.parameters, { trainable: true });
    let [ours, theirs] = [Infinity, Infinity];
    const run = await startSteps(kind, config, data);
    for (let round = 0; round < ROUNDS; round++) {
      ours = Math.min(ours, await run.measure());
      const measured = await keras?.measure(request);
      if (measured) theirs = Math.min(theirs, measured.milliseconds);
      if (measured) compareSizes(kind.name, measured, parameters);
    }
    run.stop();
    const peer = theirs < Infinity ? `${theirs.toFixed(1)} | ${(ours / theirs).toFixed(2)}` : "- | -";
    console.log(`${kind.name} | ${config.batchSize} | ${parameters} | ${ours.toFixed(1)} | ${peer}`);
  }
  await keras?.stop();
  if (!keras) console.log(NO_KERAS);
}

/** A model in training on one batch. */
async function startSteps(kind: ModelKind, config: ModelConfig, data: Dataset) {
  const shape = shapeOf(data);
  const model = kind.create(config, shape, exampleParts(kind, config, shape));
  const step = model.createStep!();
  let state = await model.begin(data, new RandomStream(1));
  const batch = model.batch(data, { indices: Int32Array.from({ length: config.batchSize }, (_, i) => i) });
  const seed = seedTensor([1, 2]);
  const advance = async () => {
    const next = await step.runInPlace(state, batch, seed);
    next.losses.loss.dataSync();
    tf.dispose(next.losses);
    state = next.state;
  };
  await advance();
  await advance();
  return {
    /** Milliseconds a step, the fastest of some. */
    async measure(): Promise<number> {
      let best = Infinity;
      for (let i = 0; i < CALLS; i++) {
        const start = performance.now();
        await advance();
        best = Math.min(best, performance.now() - start);
      }
      return best;
    },
    /** Frees everything. */
    stop(): void {
      disposeTrainState(state);
      tf.dispose([batch, seed]);
      step.dispose();
    },
  };
}

/** Passages of tokens drawn at random, with as many words as fiddle tunes have or four voices. */
function musicNoise(
  { name, count, length, voices }: { name: string; count: number; length: number; voices: number },
  random: RandomStream,
): Dataset {
  const words = (stream: string, size: number) => ({
    name: stream,
    words: Array.from({ length: size }, (_, i) => `word${i}`),
  });
  const streams = voices === 1 ? [words("notes", 74), words("durations", 39)] : GRID_STREAMS;
  const tokens = Int32Array.from(
    { length: count * length * streams.length },
    (_, i) => random.integer(1, streams[i % streams.length].words.length),
  );
  const form = voices === 1 ? "melody" as const : "voices" as const;
  return { kind: "music", name, form, count, length, tokens, streams };
}

/** As many examples as a batch takes, of the shape that the configuration's data set has. */
function noise(config: ModelConfig): Dataset {
  const { data: name, batchSize: count, length, vocabulary, voices } = config;
  const random = new RandomStream(0);
  const classes = Array.from({ length: 10 }, (_, i) => `class ${i}`);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  if (vocabulary !== undefined) {
    const tokens = length || 80;
    return {
      kind: "text",
      name,
      count,
      length: tokens,
      tokens: Int32Array.from({ length: count * tokens }, () => random.integer(2, vocabulary)),
      vocabulary: Array.from({ length: vocabulary }, (_, i) => `word${i}`),
    };
  }
  if (voices !== undefined) return musicNoise({ name, count, length: length || 64, voices }, random);
  if (POINTS.has(name)) {
    const points = Float32Array.from({ length: 2 * count }, () => random.normal());
    return { kind: "points", name, count, dimensions: 2, points, labels, classes };
  }
  const size = config.size || (GREY.has(name) ? 28 : 64);
  const channels = GREY.has(name) ? 1 : 3;
  return {
    kind: "pictures",
    name,
    count,
    height: size,
    width: size,
    channels,
    pictures: Uint8Array.from({ length: count * size * size * channels }, () => random.integer(0, 256)),
    labels,
    classes,
    attributes: { blondHair: Uint8Array.from(labels, (label) => label % 2) },
  };
}
