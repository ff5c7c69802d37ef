import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { categoricalCrossEntropy, linearCrossEntropy } from "../../../generative/nn/mod.ts";
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

  Deno.test(`linearCrossEntropy() is the weighted sum of cross-entropies, with their gradients (${backend})`, async () => {
    await tf.setBackend(backend);
    const labels = tf.tensor1d([2, 0, 1, 2, 2], "int32");
    const weights = tf.tensor1d([1, 0.5, 0, 2, 1]);
    const tensors = { features: pattern([5, 3]), kernel: pattern([3, 4], 1), bias: pattern([4], 2) };
    const { features, kernel, bias } = tensors;
    const logits = tf.matMul(features as tf.Tensor2D, kernel as tf.Tensor2D).add(bias);
    const expected = categoricalCrossEntropy(logits, labels).mul(weights).sum().dataSync()[0];
    assertAlmostEquals(linearCrossEntropy({ ...tensors, labels, weights }).dataSync()[0], expected, 1e-5);
    checkGradients(
      ({ features, kernel, bias }) => linearCrossEntropy({ features, kernel, bias, labels, weights }),
      tensors,
    );
  });
}

Deno.test("linearCrossEntropy(): many rows go in groups and give what they give at once", async () => {
  await tf.setBackend(backends[0]);
  const [rows, classes] = [9, 1_000_000]; // four rows at once
  const labels = tf.tensor1d(Array.from({ length: rows }, (_, i) => i * 111_111), "int32");
  const inputs = {
    kernel: pattern([1, classes]),
    bias: tf.zeros([classes]),
    labels,
    weights: tf.ones([rows]),
  };
  const all = linearCrossEntropy({ ...inputs, features: pattern([rows, 1], 3) }).dataSync()[0];
  const logits = tf.matMul(pattern([rows, 1], 3) as tf.Tensor2D, inputs.kernel as tf.Tensor2D);
  const expected = tf.logSumExp(logits, 1).sub(tf.gather(logits, labels, 1, 1)).sum().dataSync()[0];
  assertAlmostEquals(all, expected, 1e-3 * expected);
});

Deno.test("categoricalCrossEntropy() refuses labels of another shape or type", () => {
  const wanted = "expected labels int32 [2] for logits [2,4]";
  for (const labels of [tf.zeros([3], "int32"), tf.zeros([2])]) {
    assertThrows(() => categoricalCrossEntropy(tf.zeros([2, 4]), labels), TypeError, wanted);
  }
});
