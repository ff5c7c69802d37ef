import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { addBias } from "../../../generative/nn/bias.ts";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { backends, checkGradients, pattern, probe } from "../support/finite_differences.ts";

/** The squares of the gradients by both tensors, summed up: its own gradients are of second order. */
function penalty({ x, bias }: NamedTensors): tf.Tensor {
  const gradients = tf.grads((x: tf.Tensor, bias: tf.Tensor) => probe(addBias(x, bias).pow(3)))([x, bias]);
  return tf.addN(gradients.map((gradient) => gradient.square().sum()));
}

for (const backend of backends) {
  Deno.test(`addBias adds, with gradients of first and second order (${backend})`, async () => {
    await tf.setBackend(backend);
    const y = addBias(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor1d([10, 20]));
    assertEquals([...y.dataSync()], [11, 22, 13, 24]);
    assertEquals([...addBias(tf.tensor1d([1, 2]), tf.tensor1d([10, 20])).dataSync()], [11, 22]);
    for (const shape of [[3, 2], [2, 3, 2], [2, 1, 2, 2]]) {
      const tensors = { x: pattern(shape), bias: pattern([2], 1) };
      checkGradients(({ x, bias }) => probe(addBias(x, bias).square()), tensors);
      checkGradients(penalty, tensors, { tolerance: 5e-2 });
    }
  });
}
