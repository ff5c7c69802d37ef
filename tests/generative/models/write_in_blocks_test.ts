import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  type BlockWriter,
  writeInBlocks,
  type WriteInBlocksOptions,
  writeSequences,
} from "../../../generative/models/write_in_blocks.ts";
import { categorical } from "../../../generative/runtime/mod.ts";
import { onBackends } from "../support/on_backends.ts";

/** Tokens that are told apart. */
const V = 7;

/** What comes next is likelier the nearer it is to the sum of all tokens before it. */
const writer: BlockWriter<{ sum: tf.Tensor }> = {
  vocabulary: V,
  begin: (count) => ({ sum: tf.zeros([count, 1], "int32") }),
  next(token, { sum }, { seed }) {
    const next = sum.add(token).mod(tf.scalar(V, "int32")).toInt();
    const logits = next.sub(tf.range(0, V, 1, "int32")).toFloat().square().mul(-0.3);
    return { token: categorical(logits, seed).expandDims(1), state: { sum: next }, logits };
  },
};
/** What is given, repeated: each token is the number of those that are remembered, the one before it included. */
const counter: BlockWriter<{ count: tf.Tensor }> = {
  context: 4,
  begin: (count) => ({ count: tf.zeros([count, 1], "int32") }),
  next(_token, { count }, { position }) {
    const next = count.add(tf.scalar(1, "int32"));
    return { token: next.mul(tf.scalar(10, "int32")).add(position.expandDims(1)), state: { count: next } };
  },
};
const ask = (options: Partial<WriteInBlocksOptions> = {}): WriteInBlocksOptions => ({
  count: 3,
  given: [[2], [5]],
  length: 40,
  random: new RandomStream(1),
  ...options,
});

onBackends("the same seed writes the same in blocks of any length", async () => {
  const written = await writeSequences(writer, ask());
  assertEquals(written.map((tokens) => tokens.length), [40, 40, 40]);
  assert(new Set(written.map(String)).size === 3);
  for (const block of [1, 7, 64]) assertEquals(await writeSequences(writer, ask({ block })), written);
  assert(String(written) !== String(await writeSequences(writer, ask({ random: new RandomStream(2) }))));
});

onBackends("a token that ends its sequence is the last of it, wherever it stands in a block", async () => {
  const whole = await writeSequences(writer, ask({ count: 20 }));
  for (const block of [1, 7, 64]) {
    const ended = await writeSequences(writer, ask({ count: 20, block, ends: ([token]) => token === 4 }));
    ended.forEach((tokens, i) => {
      const end = whole[i].findIndex(([token], place) => place > 1 && token === 4);
      assertEquals(tokens, end < 0 ? whole[i] : whole[i].slice(0, end + 1));
    });
  }
});

onBackends("tokens that are given later stand where they are, and what follows heeds them", async () => {
  const given = Array.from({ length: 12 }, (_, place) => place < 2 || place === 9 ? [place % V] : undefined);
  const [free, held] = [
    await writeSequences(writer, ask({ given: given.slice(0, 2), count: 30 })),
    await writeSequences(writer, ask({ given, count: 30 })),
  ];
  held.forEach((tokens, i) => {
    assertEquals(tokens.slice(0, 9), free[i].slice(0, 9));
    assertEquals(tokens[9], [9 % V]);
  });
  assert(held.some((tokens, i) => String(tokens.slice(10)) !== String(free[i].slice(10))));
});

onBackends("what was probable is told of each token, as the sum before it has it", async () => {
  const sequences = Array.from({ length: 3 }, () => [2, 5]);
  for await (const { added, told } of writeInBlocks(writer, ask({ length: 20, tell: true, block: 7 }))) {
    added.forEach((token, i) => {
      const sum = sequences[i].reduce((a, b) => a + b, 0) % V;
      const shares = Array.from({ length: V }, (_, k) => Math.exp(-0.3 * (sum - k) ** 2));
      const all = shares.reduce((a, b) => a + b, 0);
      assertAlmostEquals(told!.shares[i], shares[token![0]] / all, 1e-5);
      assertEquals(told!.likeliest[5 * i], sum);
      assertAlmostEquals(told!.likeliestShares[5 * i], 1 / all, 1e-5);
      sequences[i].push(token![0]);
    });
  }
  assertEquals(sequences.map((tokens) => tokens.length), [20, 20, 20]);
});

onBackends(
  "when the context is full, the older half is forgotten and the other half is read again",
  async () => {
    const [tokens] = await writeSequences(counter, ask({ count: 1, given: [[0]], length: 10, block: 3 }));
    // tokens tell how many were remembered, and the place of the last: 4 at most, then 2 and those after them
    assertEquals(tokens.flat(), [0, 10, 21, 32, 43, 32, 43, 32, 43, 32]);
    const [long] = await writeSequences(counter, ask({ count: 1, given: Array(9).fill([0]), length: 11 }));
    assertEquals(long.slice(9).flat(), [43, 32], "of a long beginning the last places are read");
  },
);

onBackends(
  "nothing is left behind, by who leaves early as well, and nothing to write is nothing",
  async () => {
    await writeSequences(writer, ask());
    const before = tf.memory().numTensors;
    await writeSequences(writer, ask({ tell: true }));
    for await (const _ of writeInBlocks(writer, ask())) break;
    assertEquals(await writeSequences(writer, ask({ length: 2, count: 1 })), [[[2], [5]]]);
    assertEquals(tf.memory().numTensors, before);
  },
);
