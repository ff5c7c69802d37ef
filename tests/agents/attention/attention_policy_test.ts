import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { AttentionPolicy, type AttentionPolicyOptions } from "../../../agents/attention/attention_policy.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

await startBackend();

const PAPER: AttentionPolicyOptions = {
  picture: [96, 96, 3],
  patchSize: 7,
  patchStride: 4,
  patches: 10,
  querySize: 4,
  units: 16,
  actionSize: 3,
};
const SMALL: AttentionPolicyOptions = {
  picture: [9, 11, 3],
  patchSize: 3,
  patchStride: 2,
  patches: 4,
  querySize: 2,
  units: 3,
  actionSize: 2,
};

/** The paper's equations for one picture, number by number. */
function reference(
  { picture: [, width, channels], patchSize, patchStride, patches, querySize, units, actionSize }:
    AttentionPolicyOptions,
  { grid: [rows, columns], centres }: AttentionPolicy,
  weights: Float32Array,
  pixels: Uint8Array,
  memory: { hidden: number[]; cell: number[] },
) {
  let at = 0;
  const take = (count: number) => weights.subarray(at, at += count);
  const size = patchSize * patchSize * channels;
  const [queryKernel, queryBias, keyKernel, keyBias] = [
    size * querySize,
    querySize,
    size * querySize,
    querySize,
  ].map(take);
  const [inputKernel, hiddenKernel, inputBias, hiddenBias] = [
    8 * patches * units,
    4 * units * units,
    4 * units,
    4 * units,
  ]
    .map(take);
  const [outputKernel, outputBias] = [units * actionSize, actionSize].map(take);
  const affine = (x: number[], kernel: Float32Array, bias: Float32Array) =>
    Array.from(
      bias,
      (b, column) => x.reduce((sum, value, row) => sum + value * kernel[row * bias.length + column], b),
    );
  const cut: number[][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const patch: number[] = [];
      for (let y = 0; y < patchSize; y++) {
        for (let x = 0; x < patchSize * channels; x++) {
          patch.push(pixels[((row * patchStride + y) * width + column * patchStride) * channels + x] / 255);
        }
      }
      cut.push(patch);
    }
  }
  const queries = cut.map((patch) => affine(patch, queryKernel, queryBias));
  const keys = cut.map((patch) => affine(patch, keyKernel, keyBias));
  const importance: number[] = new Array(cut.length).fill(0);
  for (const query of queries) {
    const shares = keys.map((key) =>
      Math.exp(key.reduce((sum, k, i) => sum + k * query[i], 0) / Math.sqrt(size))
    );
    const total = shares.reduce((a, b) => a + b);
    shares.forEach((share, i) => importance[i] += share / total);
  }
  const chosen = importance.map((_, i) => i).sort((a, b) => importance[b] - importance[a]).slice(0, patches);
  const places = chosen.flatMap((patch) => [...centres.subarray(2 * patch, 2 * patch + 2)]);
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const fromHidden = affine(memory.hidden, hiddenKernel, hiddenBias);
  const gates = affine(places, inputKernel, inputBias).map((value, i) => value + fromHidden[i]);
  const gate = (which: number, unit: number) => gates[which * units + unit];
  const cell = memory.cell.map((value, u) =>
    sigmoid(gate(1, u)) * value + sigmoid(gate(0, u)) * Math.tanh(gate(2, u))
  );
  const hidden = cell.map((value, u) => sigmoid(gate(3, u)) * Math.tanh(value));
  return {
    actions: affine(hidden, outputKernel, outputBias).map(Math.tanh),
    hidden,
    cell,
    chosen,
    importance,
  };
}

Deno.test("with the paper's sizes there are 3,667 parameters and 23 x 23 patches", () => {
  const policy = new AttentionPolicy(PAPER);
  assertEquals(policy.parameterCount, 3667);
  assertEquals(policy.grid, [23, 23]);
  assertEquals([...policy.centres.slice(0, 2)], [Math.fround(3.5 / 96), Math.fround(3.5 / 96)]);
  assertEquals([...policy.centres.slice(-2)], [Math.fround(91.5 / 96), Math.fround(91.5 / 96)]);
});

Deno.test("two decisions of two candidates follow the paper's equations, each by its own weights", () => {
  const policy = new AttentionPolicy(SMALL), count = policy.parameterCount;
  const random = new RandomStream(3);
  const draw = (length: number, scale = 1) => Float32Array.from({ length }, () => scale * random.normal());
  const weights = [draw(count), draw(count)];
  const pixels = Uint8Array.from({ length: 4 * 9 * 11 * 3 }, () => random.integer(0, 256));
  const one = 9 * 11 * 3;
  const kept = { hidden: draw(12, 0.5), cell: draw(12, 0.5) };
  const decide = (memory: { hidden: tf.Tensor; cell: tf.Tensor }) =>
    policy.act(
      tf.tensor2d(Float32Array.from([...weights[0], ...weights[1]]), [2, count]),
      tf.tensor4d(pixels, [4, 9, 11, 3], "int32"),
      memory,
    );
  const first = decide({ hidden: tf.tensor2d(kept.hidden, [4, 3]), cell: tf.tensor2d(kept.cell, [4, 3]) });
  const second = decide(first.memory);
  for (let row = 0; row < 4; row++) {
    let memory = {
      hidden: [...kept.hidden.slice(3 * row, 3 * row + 3)],
      cell: [...kept.cell.slice(3 * row, 3 * row + 3)],
    };
    for (const decision of [first, second]) {
      const picture = pixels.subarray(row * one, (row + 1) * one);
      const wanted = reference(SMALL, policy, weights[Math.floor(row / 2)], picture, memory);
      const got = (tensor: tf.Tensor) => (tensor.arraySync() as number[][])[row];
      assertEquals(got(decision.chosen), wanted.chosen);
      for (const name of ["actions", "importance"] as const) {
        got(decision[name]).forEach((value, i) => assertAlmostEquals(value, wanted[name][i], 1e-5));
      }
      for (const name of ["hidden", "cell"] as const) {
        got(decision.memory[name]).forEach((value, i) => assertAlmostEquals(value, wanted[name][i], 1e-5));
      }
      memory = wanted;
    }
  }
});

Deno.test("all attention comes to the number of patches, whatever the weights", () => {
  const policy = new AttentionPolicy(SMALL), random = new RandomStream(1);
  const weights = tf.randomNormal([1, policy.parameterCount], 0, 5, "float32", 7);
  const pictures = tf.tensor4d(
    Int32Array.from({ length: 297 }, () => random.integer(0, 256)),
    [1, 9, 11, 3],
    "int32",
  );
  const { importance } = policy.act(weights, pictures, { hidden: tf.zeros([1, 3]), cell: tf.zeros([1, 3]) });
  assertAlmostEquals(importance.sum().dataSync()[0], 20, 1e-4);
});

Deno.test("pictures without room for the patches are refused", () => {
  assertThrows(() => new AttentionPolicy({ ...SMALL, patches: 21 }), RangeError, "which have room for 20");
  assertThrows(
    () => new AttentionPolicy({ ...SMALL, patchSize: 10 }),
    RangeError,
    "expected 4 patches of 10x10 pixels",
  );
});
