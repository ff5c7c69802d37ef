import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  Attention,
  cachedDistances,
  countParameters,
  distances,
  FeedForward,
  LayerNorm,
  linearBias,
  TransformerBlock,
  type TransformerBlockOptions,
} from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { pattern, patterns } from "../support/patterns.ts";

await tf.setBackend("cpu");

const TINY: TransformerBlockOptions = { size: 4, heads: 2, inner: 6, causal: true };

const largest = (x: tf.Tensor) => x.abs().max().dataSync()[0];

Deno.test("TransformerBlock has the parameters of the published blocks", () => {
  const count = (options: TransformerBlockOptions) =>
    countParameters(new TransformerBlock("b", options).parameters);
  // The GPT of "Generative Deep Learning", chapter 9
  assertEquals(count({ size: 256, heads: 2, headSize: 256, inner: 256, activation: "relu" }), 658_688);
  // GPT-2: 12 (768^2) + 13 (768)
  assertEquals(count({ size: 768, heads: 12, inner: 3072 }), 12 * 768 ** 2 + 13 * 768);
  // Llama's: no biases, RMS norms, SwiGLU
  const llama = { bias: false, norm: "rms", activation: "swish", gated: true } as const;
  assertEquals(count({ size: 64, heads: 4, inner: 172, ...llama }), 4 * 64 ** 2 + 3 * 64 * 172 + 2 * 64);
});

Deno.test("TransformerBlock normalises before its parts, or after their sums", () => {
  const x = pattern([2, 3, 4], 5);
  for (const normOrder of ["pre", "post"] as const) {
    const block = new TransformerBlock("b", { ...TINY, normOrder });
    const parameters = patterns(block.parameters);
    const attention = new Attention("b/attention", TINY);
    const feedForward = new FeedForward("b/feedForward", TINY);
    const norm = (part: string, x: tf.Tensor) =>
      new LayerNorm(`b/${part}Norm`, { size: 4 }).apply(parameters, x);
    const pre = () => {
      const sum = x.add(attention.apply(parameters, norm("attention", x)));
      return sum.add(feedForward.apply(parameters, norm("feedForward", sum)));
    };
    const post = () => {
      const sum = norm("attention", x.add(attention.apply(parameters, x)));
      return norm("feedForward", sum.add(feedForward.apply(parameters, sum)));
    };
    assertClose(block.apply(parameters, x), normOrder === "pre" ? pre() : post());
  }
});

Deno.test("TransformerBlock.step() gives what the whole sequence gives, with a bias by distance and a context", () => {
  const block = new TransformerBlock("b", { ...TINY, contextSize: 3 });
  const parameters = patterns(block.parameters);
  const [x, context] = [pattern([2, 5, 4], 5), pattern([2, 2, 3], 6)];
  const whole = block.apply(parameters, x, { context, bias: linearBias(distances(5), 2) });
  let cache = block.emptyCache(2, 5);
  const outputs = tf.split(x, 5, 1).map((part, i) => {
    const position = tf.fill([2], i, "int32");
    const bias = linearBias(cachedDistances(position.expandDims(1), 5), 2);
    const stepped = block.step(parameters, part, cache, { context, bias, position });
    cache = stepped.cache;
    return stepped.output;
  });
  assertClose(tf.concat(outputs, 1), whole);
});

Deno.test("cross-attention sees the whole context, unless its bias hides some", () => {
  const block = new TransformerBlock("b", { ...TINY, contextSize: 3 });
  const parameters = patterns(block.parameters);
  const [x, context] = [pattern([1, 3, 4], 5), pattern([1, 4, 3], 6)];
  const y = block.apply(parameters, x, { context });
  const moved = context.add(tf.tensor3d([0, 0, 0, 1], [1, 4, 1]));
  assert(largest(block.apply(parameters, x, { context: moved }).sub(y)) > 1e-3);
  const contextBias = tf.tensor1d([0, 0, 0, -1e9]);
  const [a, b] = [context, moved].map((context) => block.apply(parameters, x, { context, contextBias }));
  assertEquals(a.dataSync(), b.dataSync());
  assertThrows(() => block.apply(parameters, x), TypeError, 'Cannot apply "b": expected a context');
  const alone = new TransformerBlock("b", TINY);
  assertThrows(() => alone.apply(parameters, x, { context }), TypeError, "expected no context");
});

Deno.test("TransformerBlock drops out where a seed is given: the same for the same seed", () => {
  const block = new TransformerBlock("b", { ...TINY, dropout: 0.5 });
  const parameters = patterns(block.parameters);
  const x = pattern([1, 3, 4], 5);
  const run = (seed?: tf.Tensor) => block.apply(parameters, x, {}, seed);
  assertEquals(run().dataSync(), new TransformerBlock("b", TINY).apply(parameters, x).dataSync());
  assertEquals(run(seedTensor([1, 2])).dataSync(), run(seedTensor([1, 2])).dataSync());
  assert(largest(run(seedTensor([1, 2])).sub(run(seedTensor([1, 3])))) > 1e-3);
});

Deno.test("FeedForward's gate multiplies its hidden layer", () => {
  const layer = new FeedForward("f", { size: 1, inner: 1, activation: "swish", gated: true, bias: false });
  const parameters = {
    "f/hidden/kernel": tf.tensor2d([[3]]),
    "f/gate/kernel": tf.tensor2d([[0.5]]),
    "f/output/kernel": tf.tensor2d([[2]]),
  };
  const [y] = layer.apply(parameters, tf.tensor2d([[4]])).dataSync();
  assertAlmostEquals(y, 2 * 12 * (2 / (1 + Math.exp(-2))), 1e-5);
});
