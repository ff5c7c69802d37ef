import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  BatchNorm,
  initialiseParameters,
  leakyRelu,
  type NamedTensors,
  Statistics,
} from "../../../generative/nn/mod.ts";
import { compile } from "../../../generative/runtime/mod.ts";
import { backends, checkGradients, pattern, probe } from "../support/finite_differences.ts";

/** What batch normalisation in training makes of `x`, scaled and moved. */
function normalise({ x, ...parameters }: NamedTensors): tf.Tensor {
  const norm = new BatchNorm("norm", { channels: x.shape[x.rank - 1] });
  const made = initialiseParameters(norm.parameters, new RandomStream(0));
  return norm.apply({ ...made, ...parameters }, x, new Statistics());
}

/** The squares of the gradients by all tensors, summed up: its own gradients are of second order. */
function penalty(output: (tensors: NamedTensors) => tf.Tensor, tensors: NamedTensors): tf.Tensor {
  const names = Object.keys(tensors);
  const gradients = tf.grads((...values: tf.Tensor[]) =>
    probe(output(Object.fromEntries(names.map((name, i) => [name, values[i]]))))
  )(Object.values(tensors));
  return tf.addN(gradients.map((gradient) => gradient.square().sum()));
}

for (const backend of backends) {
  Deno.test(`batch normalisation has gradients of second order (${backend})`, async () => {
    await tf.setBackend(backend);
    const tensors = {
      x: pattern([3, 2, 1, 2]),
      "norm/scale": pattern([2], 1),
      "norm/offset": pattern([2], 2),
    };
    checkGradients(
      (tensors) => penalty((tensors) => normalise(tensors).square(), tensors),
      tensors,
      { tolerance: 2e-2, step: 5e-3 },
    );
  });

  Deno.test(`leakyRelu has gradients of second order (${backend})`, async () => {
    await tf.setBackend(backend);
    for (const slope of [0, 0.2]) {
      checkGradients((tensors) => penalty(({ x }) => leakyRelu(x, slope).square(), tensors), {
        x: pattern([3, 4]),
      });
    }
    const y = leakyRelu(tf.tensor1d([-2, 0, 3]), 0.3);
    [...y.dataSync()].forEach((value, i) => assertAlmostEquals(value, [-0.6, 0, 3][i], 1e-6));
  });

  Deno.test(`batch normalisation takes tensors of any rank, and one row (${backend})`, async () => {
    await tf.setBackend(backend);
    const x = pattern([6, 3]);
    const flat = normalise({ x });
    const deep = normalise({ x: x.reshape([2, 1, 3, 3]) });
    assertEquals(deep.shape, [2, 1, 3, 3]);
    const [a, b] = [flat, deep].map((y) => y.dataSync());
    a.forEach((value, i) => assertAlmostEquals(value, b[i], 1e-5));
    assertEquals([...normalise({ x: tf.tensor2d([[4, 5]]) }).dataSync()], [0, 0]);
  });

  Deno.test(`batch normalisation without scale and offset leaves mean 0, variance 1 (${backend})`, async () => {
    await tf.setBackend(backend);
    const norm = new BatchNorm("norm", { channels: 2, affine: false, epsilon: 1e-6 });
    assertEquals(Object.keys(norm.parameters), ["norm/movingMean", "norm/movingVariance"]);
    const parameters = initialiseParameters(norm.parameters, new RandomStream(0));
    const y = norm.apply(parameters, pattern([5, 4, 4, 2]), new Statistics());
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    for (const value of mean.dataSync()) assertAlmostEquals(value, 0, 1e-5);
    for (const value of variance.dataSync()) assertAlmostEquals(value, 1, 1e-4);
    checkGradients(({ x }) => probe(norm.apply(parameters, x, new Statistics())), {
      x: pattern([3, 2, 2, 2]),
    }, { tolerance: 1e-2 });
  });
}

Deno.test("compiled batch normalisation gives the numbers of the plain one", async () => {
  const results: ArrayLike<number>[][] = [];
  for (const backend of backends) {
    await tf.setBackend(backend);
    const step = compile((tensors: NamedTensors) =>
      tf.grads((x: tf.Tensor, scale: tf.Tensor) => probe(leakyRelu(normalise({ x, "norm/scale": scale }))))([
        tensors.x,
        tensors.scale,
      ])
    );
    const tensors = { x: pattern([8, 5, 5, 4]), scale: pattern([4], 3) };
    for (let call = 0; call < 2; call++) {
      results.push(step(tensors).map((gradient) => gradient.dataSync()));
    }
    step.dispose();
  }
  for (const result of results) {
    result.forEach((gradient, i) =>
      Array.from(gradient).forEach((value, j) => assertAlmostEquals(value, results[0][i][j], 2e-4))
    );
  }
});
