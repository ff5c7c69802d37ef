import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  Attention,
  type AttentionOptions,
  cachedDistances,
  causalBias,
  countParameters,
  initialiseParameters,
  paddingBias,
  seenInOrder,
} from "../../../generative/nn/mod.ts";
import { compile, seedTensor } from "../../../generative/runtime/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { backends } from "../support/finite_differences.ts";
import { pattern, patterns } from "../support/patterns.ts";

await tf.setBackend("cpu");

const CAUSAL: Record<string, Partial<AttentionOptions>> = {
  plain: {},
  rotary: { positions: "rotary", normalise: true },
  relative: { positions: { relative: 8 } },
};

function make(options: Partial<AttentionOptions> = {}) {
  const attention = new Attention("a", { size: 6, heads: 2, headSize: 4, ...options });
  return { attention, parameters: patterns(attention.parameters) };
}

/** The numbers of `[B, T, ..]` before a place. */
const before = (x: tf.Tensor, time: number) => tf.split(x, [time, x.shape[1]! - time], 1)[0].dataSync();

Deno.test("Attention has the parameters of Keras's MultiHeadAttention", () => {
  const count = (options: AttentionOptions) => countParameters(new Attention("a", options).parameters);
  // The book's GPT: MultiHeadAttention(num_heads=2, key_dim=256) on width 256
  assertEquals(count({ size: 256, heads: 2, headSize: 256 }), 394_752 + 131_328);
  // and its music transformer's: num_heads=5, key_dim=256
  assertEquals(count({ size: 256, heads: 5, headSize: 256 }), 986_880 + 327_936);
  // GPT-2's, 12 heads of 64, without biases
  assertEquals(count({ size: 768, heads: 12, bias: false }), 4 * 768 ** 2);
  assertEquals(count({ size: 8, heads: 2, contextSize: 3 }), (8 * 8 + 8) * 2 + (3 * 8 + 8) * 2);
});

Deno.test("Attention.apply() is what the formula says, head by head", () => {
  const [T, S, size, heads, D] = [3, 4, 6, 2, 4];
  const { attention, parameters } = make({ contextSize: 5 });
  const [x, context, bias] = [pattern([1, T, size], 1), pattern([1, S, 5], 2), pattern([1, heads, T, S], 3)];
  const linear = (part: string, input: number[]) => {
    const kernel = parameters[`a/${part}/kernel`].arraySync() as number[][];
    const offset = parameters[`a/${part}/bias`].arraySync() as number[];
    return offset.map((b, j) => input.reduce((sum, value, i) => sum + value * kernel[i][j], b));
  };
  const [xs] = x.arraySync() as number[][][];
  const [contexts] = context.arraySync() as number[][][];
  const [biases] = bias.arraySync() as number[][][][];
  const wanted = xs.flatMap((row, t) => {
    const joined: number[] = [];
    for (let head = 0; head < heads; head++) {
      const ofHead = (values: number[]) => values.slice(head * D, (head + 1) * D);
      const query = ofHead(linear("query", row));
      const powers = contexts.map((other, s) => {
        const key = ofHead(linear("key", other));
        const dot = query.reduce((sum, value, i) => sum + value * key[i], 0);
        return Math.exp(dot / Math.sqrt(D) + biases[head][t][s]);
      });
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (let i = 0; i < D; i++) {
        const values = contexts.map((other) => ofHead(linear("value", other))[i]);
        joined.push(values.reduce((sum, value, s) => sum + value * powers[s] / total, 0));
      }
    }
    return linear("output", joined);
  });
  assertClose(attention.apply(parameters, x, { context, bias }), wanted);
});

for (const backend of backends) {
  Deno.test(`causal attention: changing a place leaves those before it equal to the bit (${backend})`, async () => {
    await tf.setBackend(backend);
    for (const options of Object.values(CAUSAL)) {
      const { attention, parameters } = make({ ...options, causal: true });
      const x = pattern([2, 7, 6], 4);
      const y = attention.apply(parameters, x);
      for (let place = 1; place < 7; place++) {
        const change = tf.oneHot(tf.tensor1d([place], "int32"), 7).toFloat().reshape([1, 7, 1]).mul(3);
        const changed = attention.apply(parameters, x.add(change));
        assertEquals(before(changed, place), before(y, place));
        assert(changed.sub(y).abs().max().dataSync()[0] > 1e-3);
      }
    }
  });

  Deno.test(`a cache gives what the whole sequence gives, one compiled step for all (${backend})`, async () => {
    await tf.setBackend(backend);
    const length = 8;
    for (const options of Object.values(CAUSAL)) {
      const { attention, parameters } = make({ ...options, causal: true });
      const x = pattern([2, length, 6], 4);
      const whole = attention.apply(parameters, x).dataSync();
      for (const count of [1, 2, 4]) {
        const step = compile((x: tf.Tensor, keys: tf.Tensor, values: tf.Tensor, position: tf.Tensor) =>
          attention.step(parameters, x, { keys, values }, { position })
        );
        const outputs: tf.Tensor[] = [];
        let cache = attention.emptyCache(2, length);
        tf.split(x, length / count, 1).forEach((part, i) => {
          const position = tf.fill([2], i * count, "int32");
          const stepped = step(part, cache.keys, cache.values, position);
          outputs.push(stepped.output);
          cache = stepped.cache;
        });
        assertClose(tf.concat(outputs, 1), whole);
        step.dispose();
      }
    }
  });
}

Deno.test("what a step looks at is the last row of the whole sequence, in its order, also beyond the cache", () => {
  const { attention, parameters } = make({ causal: true });
  const x = pattern([2, 6, 6], 4), length = 4;
  let cache = attention.emptyCache(2, length);
  for (let i = 0; i < 6; i++) {
    const position = tf.fill([2], i, "int32");
    const stepped = attention.step(parameters, x.slice([0, i, 0], [2, 1, 6]), cache, { position });
    cache = stepped.cache;
    const from = Math.max(0, i + 1 - length), known = i + 1 - from;
    const whole = attention.weights(parameters, x.slice([0, from, 0], [2, known, 6]));
    const wanted = whole.slice([0, 0, known - 1, 0], [-1, -1, 1, -1]).squeeze([2]);
    const seen = seenInOrder(stepped.weights, position.expandDims(1));
    assertClose(seen, wanted.pad([[0, 0], [0, 0], [length - known, 0]]).dataSync());
  }
  // of several places at once, the last one's
  const position = tf.zeros([2], "int32");
  const { weights } = attention.step(
    parameters,
    x.slice([0, 0, 0], [2, 3, 6]),
    attention.emptyCache(2, length),
    {
      position,
    },
  );
  const places = tf.tensor2d([[0, 1, 2], [0, 1, 2]], [2, 3], "int32");
  const wanted = attention.weights(parameters, x.slice([0, 0, 0], [2, 3, 6])).slice([0, 0, 2, 0], [
    -1,
    -1,
    1,
    -1,
  ]);
  assertClose(seenInOrder(weights, places), wanted.squeeze([2]).pad([[0, 0], [0, 0], [1, 0]]).dataSync());
});

Deno.test("a cache is left as it was, and rows may be at different places", () => {
  const { attention, parameters } = make({ causal: true, positions: "rotary" });
  const x = pattern([2, 3, 6], 4);
  const whole = tf.split(attention.apply(parameters, x), 2);
  const empty = attention.emptyCache(2, 4);
  const first = attention.step(parameters, x.slice([0, 0, 0], [2, 2, 6]), empty, {
    position: tf.tensor1d([0, 0], "int32"),
  });
  assertEquals(empty.keys.abs().sum().dataSync()[0], 0);
  // Row 0 goes on with its third place, row 1 starts anew with its first.
  const mixed = tf.concat([x.slice([0, 2, 0], [1, 1, 6]), x.slice([1, 0, 0], [1, 1, 6])]);
  const { output } = attention.step(parameters, mixed, first.cache, {
    position: tf.tensor1d([2, 0], "int32"),
  });
  const [third, again] = tf.split(output, 2);
  assertClose(third, whole[0].slice([0, 2, 0], [1, 1, 6]).dataSync());
  assertClose(again, whole[1].slice([0, 0, 0], [1, 1, 6]).dataSync());
});

Deno.test("beyond its length a cache keeps the last places", () => {
  const { attention, parameters } = make({ causal: true, positions: "rotary" });
  const x = pattern([1, 7, 6], 4);
  let cache = attention.emptyCache(1, 3);
  tf.split(x, 7, 1).forEach((part, i) => {
    const stepped = attention.step(parameters, part, cache, { position: tf.tensor1d([i], "int32") });
    cache = stepped.cache;
    // Rotary positions are relative: the last three places alone give the same numbers.
    const seen = Math.min(i + 1, 3);
    const window = attention.apply(parameters, x.slice([0, i + 1 - seen, 0], [1, seen, 6]));
    assertClose(stepped.output, window.slice([0, seen - 1, 0], [1, 1, 6]).dataSync());
  });
  const places = tf.tensor2d([[4, 5]], [1, 2], "int32");
  // Slots 0, 1, 2 hold the places 3, 4, 5.
  assertEquals(cachedDistances(places, 3).arraySync(), [[[1, 0, -1], [2, 1, 0]]]);
  const position = tf.tensor1d([0], "int32");
  assertThrows(
    () => attention.step(parameters, x, attention.emptyCache(1, 3), { position }),
    RangeError,
    "Cannot write to a cache of 3 places",
  );
});

Deno.test("masks hide keys, and a row that sees nothing stays finite", () => {
  const { attention, parameters } = make();
  const x = pattern([2, 4, 6], 4);
  const bias = paddingBias(tf.tensor2d([[1, 1, 0, 0], [0, 0, 0, 0]]));
  const weights = attention.weights(parameters, x, { bias });
  const [padded, hidden] = weights.arraySync() as number[][][][];
  for (const row of padded.flat()) {
    assertEquals(row.slice(2), [0, 0]);
    assertAlmostEquals(row[0] + row[1], 1, 1e-6);
  }
  for (const row of hidden.flat()) row.forEach((weight) => assertAlmostEquals(weight, 0.25, 1e-6));
  const shorter = attention.apply(parameters, x.slice([0, 0, 0], [1, 2, 6])).dataSync();
  assertClose(attention.apply(parameters, x, { bias }).slice([0, 0, 0], [1, 2, 6]), shorter);
  assertEquals(causalBias(2).arraySync(), [[0, -1e9], [0, 0]]);
});

Deno.test("attention weights drop out in training alone, and keep their mean", () => {
  const { attention, parameters } = make({ weightDropout: 0.5 });
  const x = pattern([1, 3, 6], 4);
  const plain = attention.apply(parameters, x);
  assertEquals(plain.dataSync(), make().attention.apply(parameters, x).dataSync());
  const runs = Array.from(
    { length: 400 },
    (_, i) => attention.apply(parameters, x, { seed: seedTensor([1, i]) }),
  );
  assert(runs[0].sub(runs[1]).abs().max().dataSync()[0] > 0.1);
  assertClose(tf.addN(runs).div(runs.length), plain.dataSync(), 0.15);
});

Deno.test("attention without order takes permuted places to permuted outputs", () => {
  const { attention, parameters } = make();
  const x = pattern([1, 3, 6], 4);
  const order = tf.tensor1d([2, 0, 1], "int32");
  const [inner, outer] = [tf.gather(x, order, 1), tf.gather(attention.apply(parameters, x), order, 1)];
  assertClose(attention.apply(parameters, inner), outer.dataSync());
});

Deno.test("Attention refuses what it cannot do", () => {
  assertThrows(
    () => new Attention("a", { size: 6, heads: 4 }),
    RangeError,
    'Cannot make "a": expected heads that divide 6, got 4',
  );
  assertThrows(() => make({ positions: { relative: 4 } }), RangeError, "expected causal attention");
  const { attention } = make({ causal: true });
  const parameters = initialiseParameters(attention.parameters, new RandomStream(0));
  const x = tf.ones([1, 2, 6]);
  assertThrows(() => attention.apply(parameters, x, { context: x }), TypeError, "expected no context");
  const loose = make().attention;
  const position = tf.tensor1d([0], "int32");
  assertThrows(
    () => loose.step(parameters, x, loose.emptyCache(1, 2), { position }),
    TypeError,
    "expected causal attention",
  );
});
