import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { ConvolutionalCritic } from "../../../generative/gans/convolutional_networks.ts";
import { gradientPenalty } from "../../../generative/gans/gradient_penalty.ts";
import { initialiseParameters, Statistics } from "../../../generative/nn/mod.ts";
import { compile, seedTensor } from "../../../generative/runtime/mod.ts";
import { backends, checkGradients, pattern } from "../support/finite_differences.ts";

const critic = new ConvolutionalCritic("critic", {
  channels: 1,
  filters: [2, 2],
  bias: true,
  batchNorm: false,
  dropout: 0.3,
  dropoutFrom: 2,
  secondSlope: 0.3,
});

/** The penalty of the small critic between two patterns, dropout included. */
function penalty(parameters: Record<string, tf.Tensor>): tf.Scalar {
  const training = { seed: seedTensor([1, 2]), statistics: new Statistics() };
  return gradientPenalty((pictures) => critic.apply(parameters, pictures, training), {
    real: pattern([2, 16, 16, 1]),
    generated: pattern([2, 16, 16, 1], 1),
    seed: seedTensor([3, 4]),
    interpolation: "uniform",
  });
}

for (const backend of backends) {
  Deno.test(`the gradient penalty has the gradients of finite differences (${backend})`, async () => {
    await tf.setBackend(backend);
    // Biases that keep every unit on its side of 0: where one changes sides, the penalty jumps.
    const parameters = {
      ...initialiseParameters(critic.parameters, new RandomStream(1)),
      "critic/conv1/bias": tf.tensor1d([5, -5]),
      "critic/conv2/bias": tf.tensor1d([-20, 20]),
    };
    const few = ["conv1/kernel", "conv2/kernel", "conv2/bias", "score/kernel"].map((name) =>
      `critic/${name}`
    );
    const chosen = Object.fromEntries(few.map((name) => [name, parameters[name as keyof typeof parameters]]));
    checkGradients((tensors) => penalty({ ...parameters, ...tensors }), chosen);
  });

  Deno.test(`the penalty of a linear critic is that of its slope, wherever it is taken (${backend})`, async () => {
    await tf.setBackend(backend);
    const weights = pattern([3, 3, 1]).mul(0.7);
    const slope = weights.square().sum().sqrt().dataSync()[0];
    for (const interpolation of ["uniform", "normal"] as const) {
      const value = gradientPenalty((x) => x.mul(weights).sum([1, 2, 3]), {
        real: pattern([4, 3, 3, 1]),
        generated: pattern([4, 3, 3, 1], 5),
        seed: seedTensor([1, 1]),
        interpolation,
      });
      assertAlmostEquals(value.dataSync()[0], (slope - 1) ** 2, 1e-5);
    }
  });
}

Deno.test("a compiled penalty and its gradients are those of the CPU", async () => {
  const results: Float32Array[][] = [];
  for (const backend of backends) {
    await tf.setBackend(backend);
    // Without dropout: each backend draws its own numbers.
    const still = (parameters: Record<string, tf.Tensor>) =>
      gradientPenalty((x) => critic.apply(parameters, x), {
        real: pattern([2, 16, 16, 1]),
        generated: pattern([2, 16, 16, 1]),
        seed: seedTensor([3, 4]),
        interpolation: "uniform",
      });
    const parameters = initialiseParameters(critic.parameters, new RandomStream(1));
    const names = Object.keys(parameters).filter((name) => name.endsWith("kernel"));
    const gradients = compile((parameters: Record<string, tf.Tensor>) =>
      tf.grads((...kernels: tf.Tensor[]) =>
        still({ ...parameters, ...Object.fromEntries(names.map((name, i) => [name, kernels[i]])) })
      )(names.map((name) => parameters[name]))
    );
    results.push(gradients(parameters).map((gradient) => gradient.dataSync() as Float32Array));
    gradients.dispose();
  }
  for (const result of results) {
    result.forEach((gradient, i) =>
      gradient.forEach((value, j) => assertAlmostEquals(value, results[0][i][j], 1e-4))
    );
  }
});
