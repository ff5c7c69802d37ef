import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { learnBytePairs } from "../../../generative/data/text/byte_pairs.ts";
import type { TextShape } from "../../../generative/data/text/text_tensors.ts";
import type { SampleEvent } from "../../../generative/models/model.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { drawTokens } from "../../../generative/models/draw_tokens.ts";
import { GPT } from "../../../generative/transformers/gpt.ts";
import { GPT_TEXT } from "../../../generative/transformers/gpt_kind.ts";
import { beginningOf, tellTexts, writeTexts } from "../../../generative/transformers/write_texts.ts";
import { writeTokens, writingTokens } from "../../../generative/models/write_tokens.ts";
import { backends } from "../support/finite_differences.ts";

await tf.setBackend(backends[0]);

const TINY = { context: 8, layers: 2, heads: 2, width: 12, headSize: 0, inner: 16 };
const vocabulary = ["", "[UNK]", ..."abcdefghi"];
const shape: TextShape = {
  kind: "text",
  name: "letters",
  count: 1,
  length: 9,
  vocabulary,
  unit: "character",
};
const model = new GPT({ ...GPT_TEXT.presets.default, ...TINY, vocabulary: vocabulary.length });
// large weights: what is expected differs from place to place
const parameters = Object.fromEntries(
  Object.entries(initialiseParameters(model.parameters, new RandomStream(3)))
    .map(([name, value]) => [name, value.rank > 1 ? value.mul(30) : value]),
);
const likeliest = (tokens: number[]) =>
  model.apply(parameters, tf.tensor2d([tokens], [1, tokens.length], "int32")).slice(
    [0, tokens.length - 1, 0],
    [1, 1, -1],
  )
    .argMax(-1).dataSync()[0];
const write = (options: object) =>
  writeTokens(model, parameters, {
    count: 1,
    prompt: [3, 4],
    most: 5,
    random: new RandomStream(1),
    ...options,
  });

Deno.test("the likeliest tokens, by temperature 0 or top-k 1, are those that the whole text leads to", async () => {
  for (const options of [{ temperature: 0 }, { topK: 1 }, { topP: 0 }]) {
    const [written] = await write(options);
    assertEquals(written.length, 7);
    for (let end = 2; end < 7; end++) assertEquals(written[end], likeliest(written.slice(0, end)));
  }
});

Deno.test("beyond the context the older half is forgotten", async () => {
  const [written] = await write({ temperature: 0, most: 14 });
  assertEquals(written.length, 16);
  for (let end = 2; end < 16; end++) {
    const first = end <= 8 ? 0 : end <= 12 ? 4 : 8;
    assertEquals(written[end], likeliest(written.slice(first, end)), `token ${end}`);
  }
});

Deno.test("the same seed writes the same, sequences differ, and each is told as it is written", async () => {
  const told: number[][] = [[3, 4], [3, 4], [3, 4]];
  const options = { count: 3, prompt: [3, 4], most: 5, random: new RandomStream(1), tell: true };
  for await (const { added, told: found } of writingTokens(model, parameters, options)) {
    const { shares, likeliest, likeliestShares } = found!;
    added.forEach((token, i) => {
      const logits = model.apply(parameters, tf.tensor2d([told[i]], [1, told[i].length], "int32"));
      const all = logits.slice([0, told[i].length - 1, 0], [1, 1, -1]).softmax().dataSync();
      assertAlmostEquals(shares[i], all[token!], 1e-5);
      assertAlmostEquals(likeliestShares[5 * i], all[likeliest[5 * i]], 1e-5);
      assertAlmostEquals(likeliestShares[5 * i], Math.max(...all), 1e-5);
      told[i].push(token!);
    });
  }
  const first = await write({ count: 3 });
  assertEquals(told, first);
  assert(String(first[0]) !== String(first[1]));
  assert(String(first) !== String(await write({ count: 3, random: new RandomStream(2) })));
});

Deno.test("blocks of any length write the same, beyond the context as well", async () => {
  const written = await write({ count: 3, most: 20 });
  for (const block of [1, 5]) assertEquals(await write({ count: 3, most: 20, block }), written);
});

Deno.test("a sequence ends with what ends it, what is forbidden never comes", async () => {
  const all = (await write({ count: 40, most: 6, temperature: 2, forbidden: [0, 1, 5] })).flat();
  assert(all.every((token) => token > 1 && token !== 5));
  const ending = await write({ count: 40, most: 6, end: 7 });
  assert(ending.some((sequence) => sequence.includes(7)));
  for (const sequence of ending) {
    const end = sequence.indexOf(7);
    assertEquals(end < 0 ? 8 : end + 1, sequence.length);
  }
});

Deno.test("top-k and top-p draw from the likeliest alone, by their shares", () => {
  const shares = [0.05, 0.4, 0.25, 0.3];
  const logits = tf.tensor2d(Array.from({ length: 4000 }, () => shares.map(Math.log)).flat(), [4000, 4]);
  const counted = (options: object) => {
    const drawn = Array.from(drawTokens(logits, seedTensor([1, 2]), options).dataSync());
    return shares.map((_, token) => drawn.filter((value) => value === token).length / 4000);
  };
  const close = (got: number[], wanted: number[]) =>
    got.forEach((share, i) =>
      assert(wanted[i] ? Math.abs(share - wanted[i]) < 0.03 : share === 0, String(got))
    );
  close(counted({}), shares);
  close(counted({ topK: 2 }), [0, 4 / 7, 0, 3 / 7]);
  close(counted({ topP: 0.5 }), [0, 4 / 7, 0, 3 / 7]); // 0.4 does not reach a half, 0.7 does
  close(counted({ topP: 0.3 }), [0, 1, 0, 0]);
  close(counted({ topP: 0.9, topK: 3 }), [0, 8 / 19, 5 / 19, 6 / 19]);
  close(counted({ temperature: 0.5, topK: 2 }), [0, 16 / 25, 0, 9 / 25]);
});

Deno.test("texts are told piece by piece, characters of several bytes as a whole", async () => {
  const vocabulary = learnBytePairs(["a whale, a whale"], 262);
  const bytes: TextShape = { kind: "text", name: "bytes", count: 1, length: 9, vocabulary, unit: "bytePair" };
  const writer = new GPT({ ...GPT_TEXT.presets.default, ...TINY, vocabulary: vocabulary.length });
  const started = initialiseParameters(writer.parameters, new RandomStream(3));
  const options = {
    count: 2,
    prompt: "a 海",
    most: 12,
    shape: bytes,
    ends: false,
    random: new RandomStream(1),
  };
  const pieces = await Array.fromAsync(tellTexts(writer, started, options));
  (await writeTexts(writer, started, options)).forEach((text, n) => {
    const told = pieces.map((tokens) => tokens[n]?.text ?? "");
    assert(told.filter(Boolean).length > 1);
    assertEquals(told.join(""), text);
    assertEquals(told[0], "a 海");
  });
});

Deno.test("a prompt longer than the context is written on, and what is read of it is told", async () => {
  const events: SampleEvent[] = [];
  const prompt = "abcdefghiabc";
  const [text] = await writeTexts(model, parameters, {
    count: 1,
    prompt,
    most: 3,
    shape,
    ends: false,
    random: new RandomStream(1),
    onEvent: (event) => events.push(event),
  });
  assert(text.startsWith(prompt) && text.length === 15);
  assertEquals(
    events.find(({ type }) => type === "note")?.text,
    `The prompt has 12 tokens, more than the 8 that the model sees: it reads the last 8, from "efghiabc" on`,
  );
});

Deno.test("prompts of nothing, and of what is not known, are refused and named", async () => {
  const ask = (prompt: string) =>
    writeTexts(model, parameters, {
      count: 1,
      prompt,
      most: 1,
      shape,
      ends: false,
      random: new RandomStream(1),
    });
  await assertRejects(
    () => ask("abxycy"),
    RangeError,
    `Cannot continue the prompt "abxycy": expected characters of the training data, got unknown "x", "y"`,
  );
  await assertRejects(() => ask(""), RangeError, "got none");
});

Deno.test("where nothing is asked for, texts begin as the data say, as far as it is known", () => {
  assertEquals(beginningOf({ ...shape, beginning: "bad deed" }, 7), "baddeed");
  assertEquals(beginningOf({ ...shape, beginning: "bad deed" }, 3), "bad");
  assertEquals(beginningOf(shape, 7), "a");
});
