import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Config } from "../../../core/fields/field.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import type { MusicData } from "../../../generative/data/mod.ts";
import { resolveLoadOptions } from "../../../generative/data/load_dataset.ts";
import { melodyWords } from "../../../generative/data/music/melody_words.ts";
import { musicData } from "../../../generative/data/music/music_data.ts";
import { musicBatch } from "../../../generative/music/music_batch.ts";
import {
  MusicTransformer,
  type MusicTransformerOptions,
} from "../../../generative/music/music_transformer.ts";
import { MUSIC_TRANSFORMER } from "../../../generative/music/music_transformer_kind.ts";
import { SHIFTS, transposition } from "../../../generative/music/transposition.ts";
import { readStart, writeMelodies } from "../../../generative/music/write_melodies.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { randomChorale } from "../data/music/support.ts";
import { createModel, explore, learn, measure } from "../support/learn.ts";

await startBackend();

const pieces = Array.from({ length: 6 }, (_, i) => randomChorale(i, 4));
const data = musicData(
  "melodies",
  { learned: pieces.slice(0, 5), held: pieces.slice(5) },
  resolveLoadOptions({ voices: 1, length: 16, limit: 16 }),
);
const [notes, durations] = data.streams.map(({ words }) => words.length);

const BOOK: MusicTransformerOptions = {
  notes,
  durations,
  context: 15,
  layers: 1,
  heads: 2,
  width: 16,
  headSize: 16,
  inner: 16,
  style: "book",
  positions: "sinusoidal",
  couple: false,
  dropout: 0.3,
};
const MODERN: MusicTransformerOptions = {
  ...BOOK,
  layers: 2,
  headSize: 0,
  style: "modern",
  positions: "relative",
  couple: true,
};

const batchOf = (some: MusicData, count: number) =>
  tf.tensor3d(some.tokens.slice(0, count * some.length * 2), [count, some.length, 2], "int32");
const start = (options: MusicTransformerOptions, seed = 1) => {
  const model = new MusicTransformer(options);
  return { model, parameters: initialiseParameters(model.parameters, new RandomStream(seed)) };
};

for (const [name, options] of Object.entries({ book: BOOK, modern: MODERN })) {
  Deno.test(`${name}: what comes later changes nothing before it, by bits`, () => {
    const { model, parameters } = start(options);
    const tokens = batchOf(data, 2).slice([0, 0, 0], [2, 15, 2]);
    const before = model.apply(parameters, tokens).arraySync() as number[][][];
    const values = tokens.dataSync().slice();
    values[2 * 9] = values[2 * 9] === 5 ? 6 : 5; // the note of event 9 of the first passage
    const after = model.apply(parameters, tf.tensor3d(values, [2, 15, 2], "int32"))
      .arraySync() as number[][][];
    assertEquals(after[0].slice(0, 9), before[0].slice(0, 9));
    assertEquals(after[1], before[1]);
    assert(after[0][9].some((value, i) => value !== before[0][9][i]));
  });

  Deno.test(`${name}: event by event with a cache is the full pass`, () => {
    const { model, parameters } = start(options);
    const tokens = batchOf(data, 2).slice([0, 0, 0], [2, 15, 2]);
    const whole = model.apply(parameters, tokens);
    let cache = model.emptyCache(2);
    for (let place = 0; place < 15; place++) {
      const event = tokens.slice([0, place, 0], [2, 1, 2]);
      const next = model.step(parameters, event, cache, tf.fill([2], place, "int32"));
      cache = next.cache;
      const gap = next.states.sub(whole.slice([0, place, 0], [2, 1, 16])).abs().max().dataSync()[0];
      assert(gap < 1e-4, `at ${place} it is ${gap} off`);
    }
  });
}

Deno.test("the first loss of the modern style is ln V of both streams; padding counts nothing", () => {
  const { model, parameters } = start(MODERN);
  const tokens = batchOf(data, 4);
  const { noteLoss, durationLoss } = model.loss(parameters, { tokens });
  assertAlmostEquals(noteLoss.dataSync()[0], Math.log(notes), 0.02 * Math.log(notes));
  assertAlmostEquals(durationLoss.dataSync()[0], Math.log(durations), 0.02 * Math.log(durations));
  const padded = tf.concat([tokens, tf.zeros([4, 1, 2], "int32")], 1).slice([0, 1, 0], [4, 16, 2]);
  const cut = model.loss(parameters, { tokens: tokens.slice([0, 1, 0], [4, 15, 2]) }).loss.dataSync()[0];
  assertAlmostEquals(model.loss(parameters, { tokens: padded }).loss.dataSync()[0], cut, 1e-4);
});

Deno.test("a duration that is a function of the note is learned to a loss of 0: windows are paired, and coupled", async () => {
  const tokens = data.tokens.slice();
  for (let i = 0; i < tokens.length; i += 2) tokens[i + 1] = 2 + tokens[i] % (durations - 2);
  const paired = { ...data, tokens };
  const model = createModel(MUSIC_TRANSFORMER, paired, {
    ...MUSIC_TRANSFORMER.presets.smoke,
    dropout: 0,
    transpose: false,
    learningRate: 1e-2,
    finalLearningRate: 1e-2,
  });
  const { state } = await learn(model, paired, { steps: 120 });
  const { durationLoss } = measure(model, state.parameters, paired);
  const events = paired.count * (paired.length - 1);
  assert(durationLoss / events < 0.02, `the durations' loss is still ${durationLoss / events}`);
  disposeTrainState(state);
});

Deno.test("passages to learn from are moved to other keys, as a whole; those that are measured are not", () => {
  const { tokens: _, ...shape } = data;
  const words = data.streams[0].words;
  const tables = SHIFTS.map((shift) => [transposition(words, shift)]);
  const indices = [0, 1, 2, 3];
  const asIs = musicBatch(data, { indices }, { shape, tables }).tokens.arraySync() as number[][][];
  assertEquals(asIs, batchOf(data, 4).arraySync());
  const shifts = new Set<number>();
  for (let step = 0; step < 30; step++) {
    const training = { step, random: new RandomStream(step) };
    const moved = musicBatch(data, { indices, training }, { shape, tables }).tokens
      .arraySync() as number[][][];
    moved.forEach((passage, n) => {
      const shift = SHIFTS.findIndex((_, s) =>
        passage.every(([note, duration], i) =>
          tables[s][0][asIs[n][i][0]] === note && duration === asIs[n][i][1]
        )
      );
      assert(shift >= 0, "each passage is moved by one shift");
      shifts.add(shift);
    });
  }
  assert(shifts.size > 3);
  const other = { ...data, streams: [{ ...data.streams[0], words: words.slice(1) }, data.streams[1]] };
  assertThrows(
    () => musicBatch(other, { indices }, { shape }),
    TypeError,
    `Cannot use "melodies" with a model of "melodies": expected its vocabulary of ${notes} notes`,
  );
});

Deno.test("what sounds has a length, likeliest notes are drawn at temperature 0 and by top-k 1, and prompts stay", async () => {
  const { model, parameters } = start(MODERN, 4);
  const { streams } = data;
  const begun = readStart("C:major 4/4TS E4=0.5 rest G4", streams);
  const options = { count: 2, start: begun, events: 24, streams, random: new RandomStream(2) };
  const written = await writeMelodies(model, parameters, options);
  for (const tokens of written) {
    assertEquals(tokens.slice(0, 12), Int32Array.from(begun.flat()));
    for (let i = 0; i < tokens.length; i += 2) {
      const [note, duration] = [streams[0].words[tokens[i]], streams[1].words[tokens[i + 1]]];
      const sounds = /^([A-G]#?\d|rest)$/.test(note);
      assertEquals(duration === "0", !sounds, `${note} ${duration}`);
    }
  }
  for (const block of [1, 5]) {
    assertEquals(await writeMelodies(model, parameters, { ...options, block }), written);
  }
  const likeliest = await writeMelodies(model, parameters, { ...options, temperature: 0 });
  assertEquals(await writeMelodies(model, parameters, { ...options, topK: 1 }), likeliest);
  assertThrows(() => readStart("E4 H9", streams), RangeError, `Cannot begin with "H9": expected notes of`);
  assertThrows(() => readStart("E4=7.7", streams), RangeError, "expected durations of the training data");
});

Deno.test("music-transformer overfits melodies, and writes one of them from its beginning", async () => {
  const model = createModel(MUSIC_TRANSFORMER, data, {
    ...MUSIC_TRANSFORMER.presets.smoke,
    dropout: 0,
    transpose: false,
    weightDecay: 0,
    learningRate: 5e-3,
    finalLearningRate: 5e-3,
  });
  const { state, curve } = await learn(model, data, { steps: 150 });
  assert(curve[149].loss < 0.3 * curve[0].loss, `the loss is still ${curve[149].loss}`);
  const ask = (options: Config) =>
    model.sample!(state.parameters, { count: 1, random: new RandomStream(3), options });
  const samples = await ask({ temperature: 0 });
  assert(samples.kind === "music" && samples.pieces[0].voices[0].notes.length > 3);
  assertEquals(melodyWords(samples.pieces[0]).notes[0], "START");
  await assertRejects(() => ask({ start: "E4 ".repeat(40) }), RangeError, "Cannot begin with 41 events");

  const artifacts = await explore(model, state.parameters, data);
  assertEquals(artifacts.map(({ name }) => name), MUSIC_TRANSFORMER.page?.pictures);
  disposeTrainState(state);
});

Deno.test("data that are no melodies are refused", () => {
  const text = { kind: "text", name: "words", count: 1, length: 8, vocabulary: [] } as const;
  assertThrows(
    () => MUSIC_TRANSFORMER.create(MUSIC_TRANSFORMER.presets.smoke, text),
    TypeError,
    `Cannot train music-transformer on "words": expected music`,
  );
});
