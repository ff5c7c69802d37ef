import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { Config } from "../../../core/fields/field.ts";
import { RandomStream } from "../../../core/mod.ts";
import { WordLSTM } from "../../../generative/autoregressive/word_lstm.ts";
import { WORD_LSTM } from "../../../generative/autoregressive/word_lstm_kind.ts";
import { writeTexts } from "../../../generative/autoregressive/write_texts.ts";
import type { Dataset } from "../../../generative/data/dataset.ts";
import { tokenise } from "../../../generative/data/text/tokenise.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { backends } from "../support/finite_differences.ts";
import { createModel, explore, learn } from "../support/learn.ts";

const SENTENCES = [
  "the cat sat on the mat .",
  "the dog lay on the rug .",
  "a bird sang in a tree .",
  "a fish swam in the sea .",
  "my owl flew by at night .",
  "two bees hum near my rose .",
  "old men walk slow .",
  "no one knows why .",
];
const vocabulary = ["", "[UNK]", ...new Set(SENTENCES.flatMap(tokenise))];
const LENGTH = 8;
const tokens = new Int32Array(SENTENCES.length * LENGTH);
SENTENCES.forEach((sentence, i) =>
  tokens.set(tokenise(sentence).map((word) => vocabulary.indexOf(word)), i * LENGTH)
);
const data: Dataset = {
  kind: "text",
  name: "sentences",
  count: SENTENCES.length,
  length: LENGTH,
  tokens,
  vocabulary,
};
const config = { ...WORD_LSTM.presets.smoke, embeddingSize: 16, units: 32, learningRate: 2e-2 };

Deno.test("with logits of 0 the LSTM's loss is ln 10,000", async () => {
  await tf.setBackend(backends[0]);
  const { vocabulary } = WORD_LSTM.presets.book;
  const small = new WordLSTM({ vocabulary, embeddingSize: 4, units: 4, maskPadding: false });
  const parameters = initialiseParameters(small.parameters, new RandomStream(0));
  const tokens = tf.tensor2d([[5, 9, 77, 0, 0], [4, 3, 2, 9999, 0]], [2, 5], "int32");
  const near = small.loss(parameters, { tokens }).loss.dataSync()[0];
  assertAlmostEquals(near, Math.log(10_000), 0.01);
  const silent = { ...parameters, "logits/kernel": tf.zeros([4, vocabulary]) };
  assertAlmostEquals(small.loss(silent, { tokens }).loss.dataSync()[0], Math.log(10_000), 1e-4);
});

Deno.test("masked, padding does not count; unmasked, it does", () => {
  const options = { vocabulary: 6, embeddingSize: 3, units: 4 };
  const masked = new WordLSTM({ ...options, maskPadding: true });
  const unmasked = new WordLSTM({ ...options, maskPadding: false });
  const parameters = initialiseParameters(masked.parameters, new RandomStream(2));
  const tokens = tf.tensor2d([[2, 3, 4, 0], [5, 2, 0, 0]], [2, 4], "int32");
  const surprise = masked.surprise(parameters, tokens).transpose().arraySync() as number[][];
  const words = [surprise[0][0], surprise[0][1], surprise[1][0]];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  assertAlmostEquals(masked.loss(parameters, { tokens }).loss.dataSync()[0], mean(words), 1e-5);
  assertAlmostEquals(unmasked.loss(parameters, { tokens }).loss.dataSync()[0], mean(surprise.flat()), 1e-5);
  const { wordLoss } = unmasked.measure(parameters, { tokens });
  const [sum, count] = wordLoss.dataSync();
  assertAlmostEquals(sum / count, mean(words), 1e-5);
  assertEquals(count, words.length);
});

Deno.test("word-lstm overfits eight sentences and goes on from prompts", async () => {
  const model = createModel(WORD_LSTM, data, config);
  const { state, curve } = await learn(model, data, { steps: 150 });
  assert(curve[149].loss < 0.3, `the loss is still ${curve[149].loss}`);

  const ask = (options: Config, sampled = model, count = 2) =>
    sampled.sample!(state.parameters, { count, random: new RandomStream(3), options });
  const sharp = await ask({ prompt: "My owl", temperature: 0 });
  assertEquals(sharp, { kind: "text", texts: Array(2).fill("my owl flew by at night .") });
  const drawn = await ask({ prompt: "My owl" });
  assert(drawn.kind === "text" && drawn.texts.every((text) => text.startsWith("my owl")));
  const start = await ask({ temperature: 0 }, model, 1);
  assert(
    start.kind === "text" && start.texts[0].startsWith("the "),
    "without a prompt that is known: the first word",
  );
  const half = createModel(WORD_LSTM, data, { ...config, prompt: "zzz owl |" });
  const known = await ask({ temperature: 0 }, half, 1);
  assert(known.kind === "text" && known.texts[0].startsWith("owl "), "of the default prompt, what is known");
  await assertRejects(
    () => ask({ prompt: "zzz" }),
    RangeError,
    `Cannot continue the prompt "zzz": expected words of the training data`,
  );
  await assertRejects(
    () => ask({ prompt: "owl ".repeat(300) }),
    RangeError,
    "Cannot continue the prompt: expected",
  );

  const artifacts = await explore(model, state.parameters, data);
  assertEquals(artifacts.map(({ name }) => name), ["next_words", "temperatures", "perplexity"]);
  const table = artifacts[0].content as { text: string };
  assertStringIncludes(table.text, "(end)");
  disposeTrainState(state);
});

Deno.test("the memory that is carried knows what reading the whole text again would", async () => {
  const model = new WordLSTM({
    vocabulary: vocabulary.length,
    embeddingSize: 4,
    units: 6,
    maskPadding: false,
  });
  const parameters = initialiseParameters(model.parameters, new RandomStream(6));
  const options = {
    count: 1,
    prompt: "the cat",
    length: 6,
    vocabulary,
    random: new RandomStream(1),
    temperature: 0,
  };
  const [text] = await writeTexts(model, parameters, options);
  const written = tokenise(text).map((word) => vocabulary.indexOf(word));
  for (let end = 2; end < written.length; end++) {
    const best = tf.tidy(() => {
      let state = model.blankState(1);
      let logits: tf.Tensor = tf.zeros([1]);
      for (const token of written.slice(0, end)) {
        ({ logits, state } = model.read(parameters, tf.tensor1d([token], "int32"), state));
      }
      return logits.argMax(-1).dataSync()[0];
    });
    assertEquals(written[end], best);
  }
});

Deno.test("data that are no texts are refused", () => {
  const pictures = { kind: "pictures", name: "bricks", count: 1, height: 8, width: 8, channels: 1 } as const;
  assertThrows(() => WORD_LSTM.create(config, pictures), TypeError, `on "bricks": expected texts`);
});
