import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import type { TextShape } from "../../../generative/data/text/text_tensors.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { GPT } from "../../../generative/transformers/gpt.ts";
import { GPT_TEXT } from "../../../generative/transformers/gpt_kind.ts";
import {
  attendText,
  headAttention,
  lastAttention,
} from "../../../generative/transformers/look_at_attention.ts";
import { backends } from "../support/finite_differences.ts";

await tf.setBackend(backends[0]);

const vocabulary = ["", "[UNK]", ..."abcdefghi"];
const shape: TextShape = {
  kind: "text",
  name: "letters",
  count: 1,
  length: 9,
  vocabulary,
  unit: "character",
};
const sizes = { context: 8, layers: 3, heads: 2, width: 12, headSize: 0, inner: 16 };
const model = new GPT({ ...GPT_TEXT.presets.default, ...sizes, vocabulary: vocabulary.length });
// large weights: what is looked at and expected differs from place to place
const parameters = Object.fromEntries(
  Object.entries(initialiseParameters(model.parameters, new RandomStream(3)))
    .map(([name, value]) => [name, value.rank > 1 ? value.mul(30) : value]),
);

Deno.test("what is looked at behind a text is the last row of each head's attention", async () => {
  const before = tf.memory().numTensors;
  const { tokens, layers } = await attendText(model, parameters, "abcd", { shape, ends: false });
  assertEquals(tf.memory().numTensors, before);
  assertEquals(tokens, ["a", "b", "c", "d"]);
  const whole = model.attention(parameters, tf.tensor2d([[2, 3, 4, 5]], [1, 4], "int32"));
  assertEquals(layers.length, 3);
  for (const [layer, block] of whole.entries()) {
    const rows = (block.arraySync() as number[][][][])[0].map((head) => head[3]);
    rows.flat().forEach((weight, i) => assertAlmostEquals(layers[layer][i], weight, 1e-6));
  }
  tf.dispose(whole);
});

Deno.test("the mean over blocks and heads adds up to 1", async () => {
  const read = [2, 9, 4, 4, 7];
  const mean = await lastAttention(model, parameters, read);
  assertAlmostEquals(mean.reduce((sum, share) => sum + share, 0), 1, 1e-5);
  const blocks = await headAttention(model, parameters, read);
  const third = blocks.flatMap((block) => [block[2], block[5 + 2]]);
  assertAlmostEquals(mean[2], third.reduce((sum, weight) => sum + weight, 0) / 6, 1e-6);
});

Deno.test("the likeliest tokens to come are those of the whole text; the end is one where texts end", async () => {
  const shares = model.apply(parameters, tf.tensor2d([[4, 5]], [1, 2], "int32")).softmax()
    .arraySync() as number[][][];
  const expected = shares[0][1].map((probability, token) => ({ token, probability }))
    .filter(({ token }) => token !== 1).sort((a, b) => b.probability - a.probability);
  for (const ends of [true, false]) {
    const { next } = await attendText(model, parameters, "cd", { shape, ends });
    const wanted = expected.filter(({ token }) => ends || token !== 0).slice(0, 8);
    assertEquals(
      next.map(({ text }) => text),
      wanted.map(({ token }) => token ? vocabulary[token] : undefined),
    );
    next.forEach(({ probability }, i) => assertAlmostEquals(probability, wanted[i].probability, 1e-5));
  }
});

Deno.test("of a text that is longer than the context its end is read, and a text of nothing is refused", async () => {
  const { tokens, layers } = await attendText(model, parameters, "abcdefghiabc", { shape, ends: false });
  assertEquals(tokens.join(""), "efghiabc");
  assertEquals(layers[0].length, 2 * 8);
  await assertRejects(
    () => attendText(model, parameters, "", { shape, ends: false }),
    RangeError,
    "got none",
  );
});

Deno.test("words come with the blanks between them, and what is to come as it would be written", async () => {
  const words: TextShape = { ...shape, unit: "word", vocabulary: ["", "[UNK]", "the", "whale", "sea", "is"] };
  const model = new GPT({ ...GPT_TEXT.presets.default, ...sizes, vocabulary: 6 });
  const parameters = initialiseParameters(model.parameters, new RandomStream(2));
  const { tokens, next } = await attendText(model, parameters, "the sea is", { shape: words, ends: false });
  assertEquals(tokens, ["the", " sea", " is"]);
  assertEquals(next.map(({ text }) => text).toSorted(), [" is", " sea", " the", " whale"]);
});
