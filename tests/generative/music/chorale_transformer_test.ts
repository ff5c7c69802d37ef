import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { parsePitch, type Piece, TICKS } from "../../../core/music/mod.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { resolveLoadOptions } from "../../../generative/data/load_dataset.ts";
import { musicData } from "../../../generative/data/music/music_data.ts";
import { GRID_WORDS } from "../../../generative/data/music/voice_grid.ts";
import { VOICES } from "../../../generative/data/music/voices.ts";
import { choraleFigures, countParallels } from "../../../generative/music/chorale_figures.ts";
import { freePlan, planOf, readSoprano } from "../../../generative/music/chorale_plan.ts";
import { ChoraleTransformer } from "../../../generative/music/chorale_transformer.ts";
import { CHORALE_TRANSFORMER } from "../../../generative/music/chorale_transformer_kind.ts";
import { longestCopiedRun } from "../../../generative/music/copied_run.ts";
import { writeChorales } from "../../../generative/music/write_chorales.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { randomChorale } from "../data/music/support.ts";
import { createModel, explore, learn } from "../support/learn.ts";

await startBackend();

const pieces = Array.from({ length: 6 }, (_, i) => randomChorale(i, 4));
const data = musicData(
  "chorales",
  { learned: pieces.slice(0, 5), held: pieces.slice(5) },
  resolveLoadOptions({ voices: 4, length: 32, limit: 8 }),
);
const model = new ChoraleTransformer({
  context: 31,
  layers: 2,
  heads: 2,
  width: 16,
  inner: 16,
  dropout: 0.1,
});
const parameters = initialiseParameters(model.parameters, new RandomStream(1));
const passages = tf.tensor3d(data.tokens.slice(0, 2 * 32 * 3), [2, 32, 3], "int32");

Deno.test("what comes later changes nothing before it, by bits", () => {
  const before = model.apply(parameters, passages).arraySync() as number[][][];
  const values = passages.dataSync().slice();
  values[3 * 17] = values[3 * 17] === 9 ? 10 : 9;
  const after = model.apply(parameters, tf.tensor3d(values, [2, 32, 3], "int32")).arraySync() as number[][][];
  assertEquals(after[0].slice(0, 17), before[0].slice(0, 17));
  assert(after[0][17].some((value, i) => value !== before[0][17][i]));
});

Deno.test("voice by voice with a cache is the full pass", () => {
  const whole = model.apply(parameters, passages);
  let cache = model.emptyCache(2);
  const stream = (s: number, place: number) =>
    passages.slice([0, place, s], [2, 1, 1]).reshape<tf.Tensor1D>([2]);
  for (let place = 0; place < 31; place++) {
    const next = model.step(parameters, stream(0, place), cache, {
      beats: stream(1, place + 1),
      fermatas: stream(2, place + 1),
      position: tf.fill([2], place, "int32"),
    });
    cache = next.cache;
    const gap =
      next.logits.sub(whole.slice([0, place, 0], [2, 1, -1]).squeeze([1])).abs().max().dataSync()[0];
    assert(gap < 1e-4, `at ${place} it is ${gap} off`);
  }
});

Deno.test("the first loss is ln 52, of the soprano as of the voices below", () => {
  const measured = model.measure(parameters, { tokens: passages });
  for (const name of ["loss", "sopranoLoss", "harmonyLoss"]) {
    const [sum, count] = measured[name].dataSync();
    assertAlmostEquals(sum / count, Math.log(GRID_WORDS.length), 0.02 * Math.log(GRID_WORDS.length));
  }
  const counts = ["loss", "sopranoLoss", "harmonyLoss"].map((name) => measured[name].dataSync()[1]);
  assertEquals(counts, [62, 14, 48], "31 words of two passages, of which 7 are the soprano's");
});

Deno.test("a given soprano stays as it is, and each voice has a word at each step", async () => {
  const { plan } = planOf(pieces[5]);
  const options = { count: 2, plan, random: new RandomStream(1) };
  const written = await writeChorales(model, parameters, options);
  assertEquals(await writeChorales(model, parameters, { ...options, block: 5 }), written);
  for (const words of written) {
    assertEquals(words.length, VOICES.length * plan.beats.length);
    assertEquals(words.filter((_, i) => i % VOICES.length === 0), plan.soprano);
    assert(words.every((word) => ["hold", "rest"].includes(word) || parsePitch(word) !== undefined));
  }
  assert(written[0].some((word, i) => word !== written[1][i]));
  const free = await writeChorales(model, parameters, {
    count: 1,
    plan: freePlan(1).plan,
    random: new RandomStream(1),
    topK: 1,
  });
  assertEquals(free[0].length, 64);
});

Deno.test("readSoprano() reads ABC notation with its metre, pick-up and ends of phrases", () => {
  const { plan: { soprano, fermatas, beats }, heading } = readSoprano(
    "K:G M:3/4 D | G2 A | B2 || d | cBA | G2",
  );
  assertEquals(heading.metre, { beats: 3, unit: 4 });
  assertEquals(heading.pickup, TICKS);
  assertEquals(soprano!.slice(0, 12), ["D4", ..."hold hold hold G4".split(" "), ...Array(7).fill("hold")]);
  assertEquals(beats.slice(0, 5), ["9", "10", "11", "12", "1"]);
  const held = fermatas.flatMap((is, step) => is && !fermatas[step - 1] ? [step / 4] : []);
  assertEquals(held, [4, 10], "the notes before the double bar and at the end");
});

Deno.test("chorale-transformer learns four voices, draws them, and refuses a soprano that is none", async () => {
  const kind = createModel(CHORALE_TRANSFORMER, data, {
    ...CHORALE_TRANSFORMER.presets.smoke,
    dropout: 0,
    transpose: false,
    learningRate: 1e-2,
    finalLearningRate: 1e-2,
  });
  const { state, curve } = await learn(kind, data, { steps: 80 });
  assert(curve[79].loss < 0.5 * curve[0].loss, `the loss is still ${curve[79].loss}`);
  const ask = (soprano: string) =>
    kind.sample!(state.parameters, { count: 1, random: new RandomStream(1), options: { soprano, bars: 1 } });
  const samples = await ask("c d e f");
  assert(samples.kind === "music");
  assertEquals(samples.pieces[0].voices[0].notes.map(({ pitch }) => pitch), [72, 74, 76, 77]);
  await assertRejects(() => ask("nothing to sing"), RangeError, "Cannot read the soprano");
  await assertRejects(() => ask("c''' d e"), RangeError, "expected pitches from C2 to A5");
  const artifacts = await explore(kind, state.parameters, data);
  assertEquals(artifacts.map(({ name }) => name), CHORALE_TRANSFORMER.page?.pictures);
  disposeTrainState(state);
});

Deno.test("countParallels() counts fifths and octaves that move together, and no others", () => {
  assertEquals(countParallels([67, 60], [69, 62]), 1, "fifths");
  assertEquals(countParallels([72, 60], [74, 62]), 1, "octaves");
  assertEquals(countParallels([67, 60], [67, 60]), 0, "held");
  assertEquals(countParallels([64, 60], [66, 62]), 0, "thirds");
  assertEquals(countParallels([67, 60], [57, 50 + 12]), 0, "against each other");
  assertEquals(countParallels([67, -1], [69, 62]), 0, "a rest");
});

Deno.test("choraleFigures() tells ranges, crossings and chords", () => {
  const chord = (...pitches: number[]): Piece => ({
    ...randomChorale(1),
    length: 4 * TICKS,
    voices: VOICES.map((name, voice) => ({
      name,
      notes: [{ pitch: pitches[voice], start: 0, length: 4 * TICKS }],
    })),
  });
  const major = choraleFigures([chord(72, 67, 64, 48)], pieces);
  assertEquals([major.outside, major.crossed, major.chords], [0, 0, 1]);
  const crossed = choraleFigures([chord(60, 67, 61, 50)], pieces);
  assertEquals([crossed.crossed, crossed.chords], [1, 0]);
  assertEquals(choraleFigures([chord(90, 67, 64, 48)], pieces).outside, 0.25);
  assertEquals(choraleFigures([pieces[0]], [pieces[0]]).copied, 64, "all steps of its own");
});

Deno.test("longestCopiedRun() finds the longest run that stands elsewhere", () => {
  assertEquals(longestCopiedRun(["a", "b", "c", "d"], [["x", "b", "c"], ["c", "d"]]), 2);
  assertEquals(longestCopiedRun(["a", "b"], [["x"]]), 0);
  assertEquals(longestCopiedRun(["a", "b"], [["a", "b"]]), 2);
});
