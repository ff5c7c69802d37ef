import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { categoricalCrossEntropy } from "../../../generative/nn/mod.ts";
import { backends, checkGradients, pattern, probe } from "../support/finite_differences.ts";

for (const backend of backends) {
  Deno.test(`categoricalCrossEntropy() is ln K for equal logits, and never overflows (${backend})`, async () => {
    await tf.setBackend(backend);
    const even = categoricalCrossEntropy(tf.zeros([2, 3, 10]), tf.zeros([2, 3], "int32"));
    assertEquals(even.shape, [2, 3]);
    for (const value of even.dataSync()) assertAlmostEquals(value, Math.log(10), 1e-6);
    const extreme = categoricalCrossEntropy(
      tf.tensor2d([[1000, 0], [1000, 0]]),
      tf.tensor1d([0, 1], "int32"),
    );
    assertEquals([...extreme.dataSync()], [0, 1000]);
  });

  Deno.test(`categoricalCrossEntropy() has the gradients of finite differences (${backend})`, async () => {
    await tf.setBackend(backend);
    const labels = tf.tensor2d([[0, 3], [2, 1]], [2, 2], "int32");
    const loss = (logits: tf.Tensor) => probe(categoricalCrossEntropy(logits, labels));
    checkGradients(({ logits }) => loss(logits), { logits: pattern([2, 2, 4]) });
    checkGradients(({ logits }) => tf.grad(loss)(logits).square().sum(), { logits: pattern([2, 2, 4]) });
  });
}

Deno.test("categoricalCrossEntropy() refuses labels of another shape or type", () => {
  const wanted = "expected labels int32 [2] for logits [2,4]";
  for (const labels of [tf.zeros([3], "int32"), tf.zeros([2])]) {
    assertThrows(() => categoricalCrossEntropy(tf.zeros([2, 4]), labels), TypeError, wanted);
  }
});
