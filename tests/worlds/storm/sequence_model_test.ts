import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { SequenceModel, type SequenceModelOptions } from "../../../worlds/storm/sequence_model.ts";

await startBackend({ backend: "cpu" });

const OPTIONS: SequenceModelOptions = {
  latentSize: 3,
  actionSize: 1,
  units: 4,
  layers: 2,
  heads: 2,
  window: 3,
  dropout: 0,
};
const [ROWS, TIME, UNITS] = [2, 12, OPTIONS.units];
/** Decisions that h reaches back over. */
const REACH = OPTIONS.layers * (OPTIONS.window - 1) + 1;

const random = new RandomStream(2);
const numbers = (...shape: number[]) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
const model = new SequenceModel("model", OPTIONS);
const parameters = initialiseParameters(model.parameters, new RandomStream(1));
const tokens = model.mix(parameters, numbers(ROWS, TIME, 3), numbers(ROWS, TIME, 1));
/** The second row begins an episode in the midst of a window that has slid. */
const firsts = tf.tensor2d([[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]]);
const whole = model.apply(parameters, tokens, firsts);

const at = (t: number, sequences: tf.Tensor) => sequences.slice([0, t, 0], [-1, 1, -1]);
const agree = (one: tf.Tensor, other: tf.Tensor, tolerance = 1e-4) =>
  one.dataSync().forEach((value, i) => assertAlmostEquals(value, other.dataSync()[i], tolerance));
/** Tokens of which one is another. */
const changed = (row: number, t: number) => {
  const buffer = tf.buffer(tokens.shape, "float32", tokens.dataSync<"float32">().slice());
  for (let unit = 0; unit < UNITS; unit++) buffer.set(unit - 1, row, t, unit);
  return buffer.toTensor();
};

Deno.test("steps with a cache give what a pass over the whole sequence gives, also once the window has slid and across resets", () => {
  let cache = model.emptyCache(ROWS);
  const position = [0, 0];
  for (let t = 0; t < TIME; t++) {
    for (let row = 0; row < ROWS; row++) if (firsts.arraySync()[row][t]) position[row] = 0;
    const next = model.step(parameters, at(t, tokens), cache, tf.tensor1d(position, "int32"));
    agree(next.output, at(t, whole));
    cache = next.cache;
    position.forEach((place, row) => position[row] = place + 1);
  }
});

Deno.test("an episode's first steps may come at once", () => {
  const start = tf.zeros([ROWS], "int32");
  const first = model.step(
    parameters,
    tokens.slice([0, 0, 0], [-1, 3, -1]),
    model.emptyCache(ROWS),
    start,
  );
  agree(first.output, whole.slice([0, 0, 0], [-1, 3, -1]));
  agree(model.step(parameters, at(3, tokens), first.cache, start.add(3).toInt()).output, at(3, whole));
});

Deno.test("h reaches back over layers (window - 1) + 1 decisions, and a pass over these alone gives it", () => {
  const last = (tokens: tf.Tensor) => at(TIME - 1, model.apply(parameters, tokens, firsts)).dataSync();
  assertEquals(last(changed(0, TIME - 1 - REACH)), last(tokens));
  assertNotEquals(last(changed(0, TIME - REACH)), last(tokens));
  const recent = tokens.slice([0, TIME - REACH, 0], [1, -1, -1]);
  const alone = model.apply(parameters, recent, tf.zeros([1, REACH]));
  agree(at(REACH - 1, alone), at(TIME - 1, whole).slice([0, 0, 0], [1, -1, -1]));
});

Deno.test("no bit of h depends on what comes later, on another episode or on another row", () => {
  const bits = (sequences: tf.Tensor, row: number, from: number, count: number) =>
    sequences.slice([row, from, 0], [1, count, -1]).dataSync();
  const later = model.apply(parameters, changed(0, 5), firsts);
  assertEquals(bits(later, 0, 0, 5), bits(whole, 0, 0, 5));
  assertNotEquals(bits(later, 0, 5, 1), bits(whole, 0, 5, 1));
  assertEquals(bits(later, 1, 0, TIME), bits(whole, 1, 0, TIME));
  const before = model.apply(parameters, changed(1, 6), firsts); // the last decision of row 1's first episode
  assertNotEquals(bits(before, 1, 6, 1), bits(whole, 1, 6, 1));
  assertEquals(bits(before, 1, 7, TIME - 7), bits(whole, 1, 7, TIME - 7));
});

Deno.test("an episode begun anew is followed as one that nothing came before", () => {
  const rest = tokens.slice([1, 7, 0], [1, -1, -1]);
  const alone = model.apply(parameters, rest, tf.tensor2d([[1, 0, 0, 0, 0]]));
  agree(alone, whole.slice([1, 7, 0], [1, -1, -1]));
});

Deno.test("dropout draws from the seed, and only where one is given", () => {
  const dropping = new SequenceModel("model", { ...OPTIONS, dropout: 0.5 });
  const run = (seed?: number) =>
    dropping.apply(parameters, tokens, firsts, seed === undefined ? undefined : seedTensor([seed, 1]))
      .dataSync();
  assertEquals(run(), whole.dataSync());
  assertEquals(run(3), run(3));
  assertNotEquals(run(3), run(4));
  assert(run(3).every(Number.isFinite));
});
