import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { symexp, symlog, TwoHot } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

await startBackend({ backend: "cpu" });

const NUMBERS = [-1000, -3.7, -0.1, 0, 0.02, 1, 12.5, 930];

Deno.test("symlog() is odd, ln(1 + x) for x > 0, and symexp() undoes it", () => {
  const logs = symlog(tf.tensor1d(NUMBERS));
  logs.dataSync().forEach((value, i) =>
    assertAlmostEquals(value, Math.sign(NUMBERS[i]) * Math.log1p(Math.abs(NUMBERS[i])), 1e-5)
  );
  symexp(logs).dataSync().forEach((value, i) =>
    assertAlmostEquals(value, NUMBERS[i], 1e-5 * (1 + Math.abs(NUMBERS[i])))
  );
});

Deno.test("two-hot weights are shared by two neighbours, sum to 1, and stand for the number", () => {
  const twoHot = new TwoHot({ bins: 41, limit: 10 });
  const weights = twoHot.encode(tf.tensor1d(NUMBERS));
  assertEquals(weights.shape, [NUMBERS.length, 41]);
  (weights.arraySync() as number[][]).forEach((row, i) => {
    const set = row.flatMap((weight, bin) => weight > 0 ? [bin] : []);
    assertEquals(set.length <= 2 && set.at(-1)! - set[0] <= 1, true, `${NUMBERS[i]}: ${set}`);
    assertAlmostEquals(row.reduce((sum, weight) => sum + weight), 1, 1e-5);
  });
  const read = twoHot.decode(weights.add(1e-12).log()).dataSync();
  read.forEach((value, i) => assertAlmostEquals(value, NUMBERS[i], 1e-3 * (1 + Math.abs(NUMBERS[i]))));
});

Deno.test("equal logits stand for 0, numbers beyond the bins for the outer ones", () => {
  const twoHot = new TwoHot();
  assertAlmostEquals(twoHot.decode(tf.zeros([1, 255])).dataSync()[0], 0, 1e-4);
  const outer = new TwoHot({ bins: 5, limit: 1 }).encode(tf.tensor1d([1e6, -1e6])).arraySync();
  assertEquals(outer, [[0, 0, 0, 0, 1], [1, 0, 0, 0, 0]]);
  assertThrows(() => new TwoHot({ bins: 1 }), RangeError, "got 1 and 20");
});

Deno.test("the loss is the cross-entropy: its gradient is softmax minus weights", () => {
  const twoHot = new TwoHot({ bins: 5, limit: 2 });
  const [logits, x] = [tf.tensor2d([[0.3, -1, 0.5, 0, 2]]), tf.tensor1d([1.5])];
  const gradient = tf.grad((logits) => twoHot.loss(logits, x).sum())(logits).dataSync();
  const wanted = logits.softmax().sub(twoHot.encode(x)).dataSync();
  gradient.forEach((value, i) => assertAlmostEquals(value, wanted[i], 1e-5));
});
