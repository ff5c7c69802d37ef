import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import type { Dataset } from "../../../generative/data/dataset.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { corruptSpans, mendSpans } from "../../../generative/transformers/corrupt_spans.ts";
import { TextToText } from "../../../generative/transformers/text_to_text.ts";
import { TEXT_TO_TEXT } from "../../../generative/transformers/text_to_text_kind.ts";
import { assertClose } from "../support/assert_close.ts";
import { backends } from "../support/finite_differences.ts";
import { createModel, learn } from "../support/learn.ts";

await tf.setBackend(backends[0]);

const SIZES = {
  vocabulary: 12,
  sentinels: 3,
  answer: 6,
  layers: 2,
  heads: 2,
  width: 8,
  inner: 16,
  buckets: 8,
  dropout: 0,
};
const model = new TextToText(SIZES);
const parameters = initialiseParameters(model.parameters, new RandomStream(1));
const ints = (rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0].length], "int32");
const input = ints([[3, 12, 9, 4, 13, 7], [2, 8, 12, 3, 0, 0]]);
const ANSWER = [[0, 12, 5, 2, 13, 6], [0, 12, 4, 4, 3, 13]];

Deno.test("spans that are taken out can be put back: any text, any share", () => {
  const random = new RandomStream(1);
  for (let i = 0; i < 200; i++) {
    const tokens = Array.from({ length: random.integer(0, 40) }, () => random.integer(2, 100));
    const options = { share: random.uniform(0.05, 0.9), meanSpan: 3, sentinel: 100, sentinels: 6, random };
    const { input, target } = corruptSpans(tokens, options);
    assertEquals(mendSpans({ input, target }, options), tokens);
    const spans = input.filter((token) => token >= 100);
    assertEquals(spans, spans.map((_, n) => 100 + n));
    assertEquals(target.filter((token) => token >= 100), [...spans, 100 + spans.length]);
    assert(spans.length < 6 && (tokens.length < 2 || spans.length > 0));
    assertEquals(input.length + target.length, tokens.length + 2 * spans.length + 1);
  }
});

Deno.test("a text of a hundred tokens loses fifteen of them in five spans", () => {
  const tokens = Array.from({ length: 100 }, (_, i) => i + 2);
  const options = { share: 0.15, meanSpan: 3, sentinel: 200, sentinels: 9, random: new RandomStream(2) };
  const { input, target } = corruptSpans(tokens, options);
  assertEquals([input.length, target.length], [100 - 15 + 5, 15 + 5 + 1]);
});

Deno.test("the decoder never looks ahead, the encoder looks at all but padding", () => {
  const context = model.encode(parameters, input);
  const logits = (answer: number[][]) =>
    model.apply(parameters, ints(answer), { context, input }).arraySync() as number[][][];
  const before = logits(ANSWER);
  for (let changed = 1; changed < 6; changed++) {
    const after = logits(ANSWER.map((row) => row.with(changed, (row[changed] + 1) % 12)));
    assertEquals(after.map((row) => row.slice(0, changed)), before.map((row) => row.slice(0, changed)));
  }
  const other = model.encode(parameters, ints([[3, 12, 9, 4, 13, 6], [2, 8, 12, 3, 0, 0]]));
  const first = (x: tf.Tensor) => x.slice([0, 0, 0], [1, 1, 8]);
  assert(first(other).sub(first(context)).abs().max().dataSync()[0] > 1e-5, "the first place sees the last");
  const short = model.encode(parameters, ints([[2, 8, 12, 3]]));
  assertClose(context.slice([1, 0, 0], [1, 4, 8]), short, 1e-4);
});

Deno.test("step by step with the cache the decoder expects what it expects of the whole", () => {
  const context = model.encode(parameters, input);
  const whole = model.apply(parameters, ints(ANSWER), { context, input });
  let cache = model.emptyCache(2);
  const steps: tf.Tensor[] = [];
  for (let place = 0; place < 6; place++) {
    const tokens = ints(ANSWER).slice([0, place], [2, 1]);
    const position = tf.fill([2], place, "int32");
    const next = model.step(parameters, tokens, { context, input, cache, position });
    steps.push(next.logits);
    cache = next.cache;
  }
  assertClose(tf.concat(steps, 1), whole, 1e-4);
});

Deno.test("the loss is the mean surprise of the answer's tokens", () => {
  const target = ints([[12, 5, 2, 13, 6, 14], [12, 4, 13, 0, 0, 0]]);
  const begun = ints([[0, 12, 5, 2, 13, 6], [0, 12, 4, 13, 0, 0]]);
  const context = model.encode(parameters, input);
  const shares = model.apply(parameters, begun, { context, input }).logSoftmax().arraySync() as number[][][];
  const answers = target.arraySync() as number[][];
  const surprises = answers.flatMap((row, n) => row.map((token, i) => token ? -shares[n][i][token] : 0));
  const sum = surprises.reduce((a, b) => a + b, 0);
  assertAlmostEquals(model.loss(parameters, { input, target }).loss.dataSync()[0], sum / 9, 1e-4);
  const [total, count] = model.measure(parameters, { input, target }).loss.dataSync();
  assertAlmostEquals(total, sum, 1e-3);
  assertEquals(count, 9);
});

Deno.test("text-to-text learns to put back what follows from the rest, and fills blanks of several words", async () => {
  const vocabulary = ["", "[UNK]", "a", "b", "c", "d", "e", "f", "g", "h"];
  // letters in their order, from any of them on
  const rows = Array.from({ length: 8 }, (_, n) => Array.from({ length: 8 }, (_, i) => 2 + (n + i) % 8));
  const data: Dataset = {
    kind: "text",
    name: "letters",
    count: 8,
    length: 8,
    tokens: Int32Array.from(rows.flat()),
    vocabulary,
  };
  const learner = createModel(TEXT_TO_TEXT, data, {
    ...TEXT_TO_TEXT.presets.smoke,
    masked: 0.3,
    meanSpan: 2,
    layers: 1,
    width: 32,
    inner: 64,
    dropout: 0,
    warmUpSteps: 5,
    learningRate: 1e-2,
    finalLearningRate: 1e-2,
  });
  const { state, curve } = await learn(learner, data, { steps: 200 });
  assert(curve.at(-1)!.loss < 0.1, `the loss is still ${curve.at(-1)!.loss}`);
  const ask = (prompt: string) =>
    learner.sample!(state.parameters, {
      count: 1,
      random: new RandomStream(1),
      options: { prompt, temperature: 0 },
    });
  const asked = await ask("____ c d e f g h");
  assert(asked.kind === "text" && asked.texts[0].endsWith("c d e f g h"));
  await assertRejects(
    () => ask("a ____ c ____ e"),
    RangeError,
    "Cannot fill the blanks: expected 1 at most, got 2",
  );
  disposeTrainState(state);
});
