import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import type { Dataset } from "../../../generative/data/dataset.ts";
import type { TextShape } from "../../../generative/data/text/text_tensors.ts";
import { countParameters, initialiseParameters } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { fillBlanks } from "../../../generative/transformers/fill_blanks.ts";
import { MaskedWords } from "../../../generative/transformers/masked_words.ts";
import { MASKED_WORDS } from "../../../generative/transformers/masked_words_kind.ts";
import { bodiesOf, meanStates, probe, tokenCounts } from "../../../generative/transformers/probe_texts.ts";
import { assertClose } from "../support/assert_close.ts";
import { backends } from "../support/finite_differences.ts";
import { createModel, learn, measure } from "../support/learn.ts";

await tf.setBackend(backends[0]);

const SIZES = { vocabulary: 12, context: 6, layers: 2, heads: 2, width: 8, masked: 0.34, dropout: 0 };
const model = new MaskedWords(SIZES);
const parameters = initialiseParameters(model.parameters, new RandomStream(1));
const tokens = tf.tensor2d([[3, 5, 2, 9, 4, 7], [2, 8, 3, 0, 0, 0]], [2, 6], "int32");

Deno.test("BERT's encoder has its published size, but for segments and the pooled first token", () => {
  const { layers, heads, width } = MASKED_WORDS.presets.book;
  const base = new MaskedWords({ ...SIZES, vocabulary: 30_521, context: 512, layers, heads, width });
  // 109,482,240 in all; two segments of 768 and the pooler's 768^2 + 768 are left out, the head is added
  const head = 768 ** 2 + 768 + 2 * 768 + 30_522;
  assertEquals(countParameters(base.parameters), 109_482_240 - 2 * 768 - (768 ** 2 + 768) + head);
});

Deno.test("every place sees all others, before and behind, but no padding", () => {
  const encode = (rows: number[][]) => model.encode(parameters, tf.tensor2d(rows, [1, 6], "int32"));
  const before = encode([[3, 5, 2, 9, 0, 0]]);
  const changed = encode([[3, 5, 2, 8, 0, 0]]);
  const first = (x: tf.Tensor) => x.slice([0, 0, 0], [1, 1, 8]);
  assert(first(before).sub(first(changed)).abs().max().dataSync()[0] > 1e-5);
  const short = model.encode(parameters, tf.tensor2d([[3, 5, 2, 9]], [1, 4], "int32"));
  assertClose(before.slice([0, 0, 0], [1, 4, 8]), short, 1e-5);
});

Deno.test("the first loss is ln V, and counts hidden tokens alone", () => {
  const large = new MaskedWords({ ...SIZES, vocabulary: 5000, width: 32 });
  const started = initialiseParameters(large.parameters, new RandomStream(2));
  const loss = large.loss(started, { tokens }, seedTensor([1, 1])).loss.dataSync()[0];
  assertAlmostEquals(loss, Math.log(5001), 0.02 * Math.log(5001));
  // a third of six tokens, and of three: two and one
  assertEquals(large.measure(started, { tokens }, seedTensor([1, 1])).loss.dataSync()[1], 3);
});

const vocabulary = ["", "[UNK]", "a", "b", "c", "d", "e", "f", "g", "h"];
/** Every text is three letters, each twice, so that a hidden one is known from its other. */
const rows = Array.from({ length: 64 }, (_, n) => {
  const random = new RandomStream(n);
  const letters = random.shuffle([2, 3, 4, 5, 6, 7, 8, 9]).slice(0, 3);
  return [...letters, ...letters];
});
const data: Dataset = {
  kind: "text",
  name: "pairs",
  count: rows.length,
  length: 6,
  tokens: Int32Array.from(rows.flat()),
  vocabulary,
};
const shape: TextShape = { kind: "text", name: "pairs", count: 64, length: 6, vocabulary };

Deno.test("masked-words learns what a hidden word must be, and fills blanks", async () => {
  const config = {
    ...MASKED_WORDS.presets.smoke,
    layers: 2,
    width: 32,
    masked: 0.17,
    dropout: 0,
    learningRate: 5e-3,
    finalLearningRate: 5e-3,
  };
  const learner = createModel(MASKED_WORDS, data, config);
  const { state } = await learn(learner, data, { steps: 400 });
  const { loss } = measure(learner, state.parameters, data);
  assert(loss / 64 < 0.7, `the loss is still ${loss / 64}`); // a tenth of hidden tokens is not itself
  const samples = await learner.sample!(state.parameters, {
    count: 2,
    random: new RandomStream(1),
    options: { prompt: "c ____ a c f ____", temperature: 0 },
  });
  assertEquals(samples, { kind: "text", texts: Array(2).fill("c f a c f a") });
  disposeTrainState(state);
});

Deno.test("prompts without a blank, too long, or of unknown words are refused and named", async () => {
  const small = new MaskedWords({ ...SIZES, vocabulary: vocabulary.length });
  const ask = (prompt: string) =>
    fillBlanks(small, initialiseParameters(small.parameters, new RandomStream(1)), {
      count: 1,
      prompt,
      shape,
      random: new RandomStream(1),
    });
  const refused = `Cannot fill the blanks of`;
  await assertRejects(
    () => ask("a b"),
    RangeError,
    `${refused} "a b": expected a blank, written ____, got none`,
  );
  await assertRejects(() => ask("a zz ____"), RangeError, `got unknown "zz"`);
  await assertRejects(() => ask("a b c d e f ____"), RangeError, "expected 6 tokens at most, got 7");
});

Deno.test("a probe tells classes that lie on sides of a plane, and not what is not there", () => {
  const random = new RandomStream(3);
  const draw = (count: number) => {
    const features = Array.from({ length: count }, () => [random.normal(), 5 + 3 * random.normal(), 0]);
    return { features, classes: features.map(([x, y]) => x + (y - 5) / 3 > 0 ? "above" : "below") };
  };
  const [learned, held] = [draw(400), draw(400)];
  assert(probe(learned, held) > 0.95);
  const blind = ({ features, classes }: typeof learned) => ({
    features: features.map(([, , z]) => [z]),
    classes,
  });
  assert(probe(blind(learned), blind(held)) < 0.6);
});

Deno.test("bodies leave headings out, counts count, mean states are means of words' states", async () => {
  const given = Int32Array.of(2, 1);
  const texts = {
    ...data,
    kind: "text" as const,
    count: 2,
    tokens: Int32Array.of(2, 3, 4, 4, 5, 0, 6, 7, 0, 0, 0, 0),
    given,
  };
  const bodies = bodiesOf(texts, [0, 1]);
  assertEquals(bodies, [Int32Array.of(4, 4, 5, 0, 0, 0), Int32Array.of(7, 0, 0, 0, 0, 0)]);
  assertEquals(tokenCounts(bodies, 6)[0], Float32Array.of(0, 0, 0, 0, 2, 1));
  const states = await meanStates(model, parameters, bodies, 3);
  const wanted = model.encode(parameters, tf.tensor2d([[4, 4, 5]], [1, 3], "int32")).mean(1);
  assertClose(tf.tensor2d([[...states[0]]]), wanted, 1e-4);
});
