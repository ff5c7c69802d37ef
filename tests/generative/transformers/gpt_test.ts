import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { countParameters, initialiseParameters, valueAndGradients } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { adamW } from "../../../generative/train/adamw.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { createTrainStep, initialiseTrainState } from "../../../generative/train/train_step.ts";
import { GPT, type GPTOptions } from "../../../generative/transformers/gpt.ts";
import { GPT_TEXT } from "../../../generative/transformers/gpt_kind.ts";
import { assertClose } from "../support/assert_close.ts";
import { backends } from "../support/finite_differences.ts";

const { book, default: modern } = GPT_TEXT.presets;
const TINY = { vocabulary: 11, context: 8, layers: 2, heads: 2, width: 12, headSize: 0, inner: 16 };
/** Both styles, and each part in the place of another. */
const VARIANTS: Record<string, GPTOptions> = {
  book: { ...book, ...TINY },
  modern: { ...modern, ...TINY },
  "GPT-2": { ...modern, ...TINY, positions: "learned", norm: "layer", feedForward: "gelu", bias: true },
  "normalised queries": { ...modern, ...TINY, normaliseQueries: true, tied: false },
};
const TOKENS = [[3, 5, 2, 9, 4, 4, 7, 10], [2, 2, 8, 3, 6, 5, 9, 1]];
const tokens = () => tf.tensor2d(TOKENS, [2, 8], "int32");

function start(options: GPTOptions): { model: GPT; parameters: Record<string, tf.Tensor> } {
  const model = new GPT(options);
  return { model, parameters: initialiseParameters(model.parameters, new RandomStream(5)) };
}

await tf.setBackend(backends[0]);

Deno.test("the published sizes: the book's GPT and GPT-2", () => {
  const size = (options: GPTOptions) => countParameters(new GPT(options).parameters);
  assertEquals(size({ ...book, vocabulary: 10_000, context: 80 }), 5_809_168);
  const gpt2 = { positions: "learned", norm: "layer", feedForward: "gelu", bias: true } as const;
  const small = { vocabulary: 50_257, context: 1024, layers: 12, heads: 12, width: 768 };
  assertEquals(size({ ...modern, ...gpt2, ...small }), 124_439_808);
});

for (const [name, options] of Object.entries(VARIANTS)) {
  Deno.test(`${name}: what comes later changes nothing before, by a bit`, () => {
    const { model, parameters } = start(options);
    const logits = (tokens: number[][]) =>
      model.apply(parameters, tf.tensor2d(tokens, [2, 8], "int32")).arraySync() as number[][][];
    const before = logits(TOKENS);
    for (let changed = 1; changed < 8; changed++) {
      const after = logits(TOKENS.map((row) => row.with(changed, (row[changed] + 1) % 11)));
      assertEquals(after.map((row) => row.slice(0, changed)), before.map((row) => row.slice(0, changed)));
      assert(after[0][changed].some((value, i) => value !== before[0][changed][i]));
    }
  });

  Deno.test(`${name}: step by step with the cache it expects what it expects of the whole`, () => {
    const { model, parameters } = start(options);
    const whole = model.apply(parameters, tokens());
    let cache = model.emptyCache(2);
    const steps: tf.Tensor[] = [];
    for (let place = 0; place < 8;) {
      const count = place === 0 ? 3 : 1; // several at once, then one by one
      const read = tokens().slice([0, place], [2, count]);
      const next = model.step(parameters, read, cache, tf.fill([2], place, "int32"));
      steps.push(next.logits);
      cache = next.cache;
      place += count;
    }
    assertClose(tf.concat(steps, 1), whole, 1e-4);
  });

  Deno.test(`${name}: rows are read apart from each other`, () => {
    const { model, parameters } = start(options);
    const swapped = tf.tensor2d(TOKENS.toReversed(), [2, 8], "int32");
    const logits = model.apply(parameters, tokens());
    assertClose(model.apply(parameters, swapped), logits.reverse(0), 1e-5);
  });

  Deno.test(`${name}: attention adds up to 1 and never looks ahead`, () => {
    const { model, parameters } = start(options);
    const blocks = model.attention(parameters, tokens());
    assertEquals(blocks.map(({ shape }) => shape), [[2, 2, 8, 8], [2, 2, 8, 8]]);
    for (const block of blocks) {
      assertClose(block.sum(-1), tf.ones([2, 2, 8]), 1e-5);
      const ahead = tf.tensor2d(Array.from({ length: 64 }, (_, i) => Number(i % 8 > Math.floor(i / 8))), [
        8,
        8,
      ]);
      assertEquals(block.mul(ahead).sum().dataSync()[0], 0);
    }
  });
}

Deno.test("the first loss is ln V: nothing is known yet", () => {
  for (const [name, options] of Object.entries(VARIANTS)) {
    const { model, parameters } = start({ ...options, vocabulary: 10_000, width: 64, context: 32 });
    const random = new RandomStream(1);
    const drawn = Array.from({ length: 4 * 33 }, () => random.integer(2, 10_000));
    const loss = model.loss(parameters, { tokens: tf.tensor2d(drawn, [4, 33], "int32") }).loss.dataSync()[0];
    assertAlmostEquals(loss, Math.log(10_000), 0.02 * Math.log(10_000), name);
  }
});

Deno.test("the loss is the mean surprise, with what fills up or without", () => {
  const padded = tf.tensor2d([[3, 5, 2, 0, 0], [2, 2, 8, 3, 6]], [2, 5], "int32");
  for (const maskPadding of [false, true]) {
    const { model, parameters } = start({ ...VARIANTS.modern, maskPadding });
    const shares = model.apply(parameters, padded.slice([0, 0], [2, 4])).logSoftmax()
      .arraySync() as number[][][];
    const surprise = (row: number, place: number) => -shares[row][place][padded.arraySync()[row][place + 1]];
    const all = [0, 1].flatMap((row) => [0, 1, 2, 3].map((place) => ({ row, place })));
    const counted = all.filter(({ row, place }) => !maskPadding || row === 1 || place < 2);
    const mean = counted.reduce((sum, { row, place }) => sum + surprise(row, place), 0) / counted.length;
    assertAlmostEquals(model.loss(parameters, { tokens: padded }).loss.dataSync()[0], mean, 1e-4);
  }
});

Deno.test("bits per character: what is told costs, what is given does not, spelling is added", () => {
  const { model, parameters } = start({ ...VARIANTS.modern, vocabulary: 11 });
  // logits of 0: each token costs ln 11
  const silent = { ...parameters, "tokens/table": tf.zeros([11, 12]) };
  const batch = {
    tokens: tf.tensor2d([[3, 5, 2, 0, 0], [2, 2, 8, 3, 6]], [2, 5], "int32"),
    given: tf.tensor1d([1, 3]),
    characters: tf.tensor1d([6, 10]),
    spelling: tf.tensor1d([0, 5]),
  };
  const { bitsPerCharacter } = model.measure(silent, batch);
  const [bits, characters] = bitsPerCharacter.dataSync();
  assertAlmostEquals(bits, (4 * Math.log(11) + 5) / Math.LN2, 1e-4);
  assertEquals(characters, 16);
});

Deno.test("a tied table learns from both of its ends", () => {
  const { model, parameters } = start({ ...VARIANTS.modern, tied: true });
  const { gradients } = valueAndGradients((p) => model.loss(p, { tokens: tokens() }), parameters);
  const rows = gradients["tokens/table"].abs().sum(1).dataSync();
  // every token is scored, so that all rows have a gradient; those that are read have one from there as well
  assert(rows.every((value) => value > 0));
  const step = 1e-2;
  for (const token of [4, 0]) {
    const nudge = tf.oneHot([token], 11).reshape([11, 1]).mul(tf.oneHot([1], 12).reshape([1, 12])).mul(step);
    const at = (sign: number) =>
      model.loss({ ...parameters, "tokens/table": parameters["tokens/table"].add(nudge.mul(sign)) }, {
        tokens: tokens(),
      })
        .loss.dataSync()[0];
    const slope = gradients["tokens/table"].arraySync() as number[][];
    assertAlmostEquals((at(1) - at(-1)) / (2 * step), slope[token][1], 2e-3);
  }
});

Deno.test("dropout is drawn from the seed, and only where there is one", () => {
  const { model, parameters } = start({ ...VARIANTS.modern, dropout: 0.5 });
  const loss = (seed?: tf.Tensor) => model.loss(parameters, { tokens: tokens() }, seed).loss.dataSync()[0];
  assertEquals(loss(), loss());
  assertEquals(loss(seedTensor([1, 2])), loss(seedTensor([1, 2])));
  assert(loss(seedTensor([1, 2])) !== loss(seedTensor([1, 3])));
});

Deno.test("induction: two blocks learn within 500 steps to write a random string again", async () => {
  const [vocabulary, half, batchSize, SEPARATOR] = [12, 6, 64, 1];
  const model = new GPT({
    ...modern,
    vocabulary,
    context: 2 * half,
    layers: 2,
    heads: 2,
    width: 32,
    headSize: 0,
    inner: 0,
  });
  const optimiser = adamW({ learningRate: 1e-2, beta2: 0.95, clipNorm: 1 });
  const step = createTrainStep(model, optimiser);
  let state = initialiseTrainState(model, optimiser, new RandomStream(1));
  const random = new RandomStream(2);
  const draw = () => {
    const rows = Array.from({ length: batchSize }, () => {
      const string = Array.from({ length: half }, () => random.integer(2, vocabulary));
      return [...string, SEPARATOR, ...string];
    });
    return tf.tensor2d(rows, [batchSize, 2 * half + 1], "int32");
  };
  const copied = () =>
    tf.tidy(() => {
      const rows = draw();
      const guessed = model.apply(state.parameters, rows.slice([0, 0], [batchSize, 2 * half])).argMax(-1);
      const copy = (x: tf.Tensor) => x.slice([0, half], [batchSize, half]);
      const right = copy(guessed).equal(copy(rows.slice([0, 1], [batchSize, 2 * half])));
      return right.toFloat().mean().dataSync()[0];
    });
  let right = 0;
  for (let i = 0; i < 500 && right <= 0.99; i++) {
    const [batch, seed] = [{ tokens: draw() }, seedTensor([0, i])];
    const next = await step.run(state, batch, seed);
    tf.dispose([batch, seed, next.losses]);
    disposeTrainState(state);
    state = next.state;
    if (i % 25 === 24) right = copied();
  }
  step.dispose();
  disposeTrainState(state);
  assert(right > 0.99, `${(100 * right).toFixed(1)} % are copied`);
});

Deno.test("more tokens than the context holds are refused", () => {
  const { model, parameters } = start(VARIANTS.modern);
  assertThrows(
    () => model.apply(parameters, tf.zeros([1, 9], "int32")),
    RangeError,
    "Cannot read 9 tokens: expected at most 8, the context",
  );
});
