import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { TokenTransformer, type TokenTransformerOptions } from "../../../worlds/iris/token_transformer.ts";

await startBackend({ backend: "cpu" });

const OPTIONS: TokenTransformerOptions = {
  codes: 5,
  frameCodes: 2,
  actionSize: 1,
  units: 4,
  layers: 2,
  heads: 2,
  window: 3,
  dropout: 0,
};
const [ROWS, TIME, FRAME, UNITS] = [2, 8, OPTIONS.frameCodes, OPTIONS.units];
const TOKENS = FRAME + 1;

const random = new RandomStream(2);
const model = new TokenTransformer("model", OPTIONS);
const parameters = initialiseParameters(model.parameters, new RandomStream(1));
for (const name of Object.keys(parameters)) {
  // tables larger than fresh ones, so that what is seen shows
  if (name.endsWith("table")) parameters[name] = parameters[name].mul(30);
}
const codes = tf.tensor3d(
  Int32Array.from({ length: ROWS * TIME * FRAME }, () => random.integer(0, OPTIONS.codes)),
  [ROWS, TIME, FRAME],
  "int32",
);
const actions = tf.tensor3d(Float32Array.from({ length: ROWS * TIME }, () => random.normal()), [
  ROWS,
  TIME,
  1,
]);
/** The second row begins an episode after its window has slid. */
const firsts = tf.tensor2d([[1, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0]]);
const sequences = { codes, actions, firsts };
const whole = model.apply(parameters, sequences);

const at = (t: number, tensor: tf.Tensor) =>
  tensor.slice([0, t, ...tensor.shape.slice(2).map(() => 0)], [-1, 1, ...tensor.shape.slice(2)])
    .reshape([tensor.shape[0], ...tensor.shape.slice(2)]);
const agree = (one: tf.Tensor, other: tf.Tensor) =>
  one.dataSync().forEach((value, i) => assertAlmostEquals(value, other.dataSync()[i], 1e-4));
/** Tokens of decision t, `[B, N + 1, U]`. */
const tokensOf = (t: number) =>
  model.frameTokens(parameters, at(t, codes)).concat(
    model.actionTokens(parameters, at(t, actions)).expandDims(1),
    1,
  );
const begins = firsts.arraySync();

for (const together of [1, TOKENS]) {
  Deno.test(`steps of ${together} with a cache give what a pass over the whole sequence gives, also once the window has slid and across resets`, () => {
    let cache = model.emptyCache(ROWS);
    const position = [0, 0];
    for (let t = 0; t < TIME; t++) {
      for (let row = 0; row < ROWS; row++) if (begins[row][t]) position[row] = 0;
      for (let token = 0; token < TOKENS; token += together) {
        const tokens = tokensOf(t).slice([0, token, 0], [-1, together, -1]);
        const next = model.step(parameters, tokens, cache, tf.tensor1d(position, "int32"));
        agree(next.output, at(t, whole).slice([0, token, 0], [-1, together, -1]));
        cache = next.cache;
        position.forEach((place, row) => position[row] = place + together);
      }
    }
  });
}

Deno.test("what lies before place 0 is seen by nothing that follows", () => {
  const step = (before: tf.Tensor) => {
    const tokens = before.concat(tokensOf(0), 1);
    return model.step(parameters, tokens, model.emptyCache(ROWS), tf.tensor1d([-2, -2], "int32")).output
      .slice([0, 2, 0], [-1, -1, -1]);
  };
  const before = tokensOf(3).slice([0, 0, 0], [-1, 2, -1]);
  agree(step(before), at(0, whole));
  assertEquals(step(before).dataSync(), step(before.mul(-2)).dataSync());
});

Deno.test("no bit of an output depends on what comes later, on another episode or on another row", () => {
  const changed = (row: number, t: number) => {
    const buffer = tf.buffer([ROWS, TIME, 1], "float32", actions.dataSync<"float32">().slice());
    buffer.set(9, row, t, 0);
    return model.apply(parameters, { ...sequences, actions: buffer.toTensor() });
  };
  const bits = (outputs: tf.Tensor, row: number, from: number, count: number) =>
    outputs.slice([row, from, 0, 0], [1, count, -1, -1]).dataSync();
  const later = changed(0, 5);
  assertEquals(bits(later, 0, 0, 5), bits(whole, 0, 0, 5));
  assertEquals(bits(later, 1, 0, TIME), bits(whole, 1, 0, TIME));
  assertNotEquals(bits(later, 0, 6, 1), bits(whole, 0, 6, 1));
  const before = changed(1, 3); // the last decision of row 1's first episode
  assertEquals(bits(before, 1, 4, 4), bits(whole, 1, 4, 4));
});

Deno.test("attention is a distribution over the last tokens of the same episode", () => {
  const [, second] = model.attention(parameters, sequences);
  assertEquals(second.shape, [ROWS, OPTIONS.heads, TIME * TOKENS, TIME * TOKENS]);
  second.sum(3).dataSync().forEach((sum) => assertAlmostEquals(sum, 1, 1e-5));
  const seen = second.slice([1, 0, 0, 0], [1, 1, -1, -1]).reshape([TIME * TOKENS, TIME * TOKENS])
    .arraySync() as number[][];
  seen.forEach((row, query) => {
    const episode = query < 4 * TOKENS ? 0 : 4 * TOKENS;
    const from = Math.max(episode, query - model.reach + 1);
    row.forEach((weight, key) => assertEquals(weight > 0, key >= from && key <= query, `${query} ${key}`));
  });
});

Deno.test("a chosen code's token is that of the frame, and dropout draws from the seed alone", () => {
  const choice = tf.oneHot(at(0, codes).slice([0, 1], [-1, 1]).reshape([ROWS]).toInt() as tf.Tensor1D, 5)
    .toFloat();
  const token = model.chosenTokens(parameters, choice, tf.scalar(1, "int32"));
  agree(token, tokensOf(0).slice([0, 1, 0], [-1, 1, -1]).reshape([ROWS, UNITS]));
  const dropping = new TokenTransformer("model", { ...OPTIONS, dropout: 0.5 });
  const run = (seed?: number) =>
    dropping.apply(parameters, sequences, seed === undefined ? undefined : seedTensor([seed, 1])).dataSync();
  assertEquals(run(), whole.dataSync());
  assertEquals(run(3), run(3));
  assertNotEquals(run(3), run(4));
});
