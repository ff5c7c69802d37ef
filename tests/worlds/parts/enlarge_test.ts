import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ConvTranspose2d } from "../../../generative/nn/conv_transpose2d.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { arrangeKernels, enlarge } from "../../../worlds/parts/enlarge.ts";

await startBackend();

for (
  const [size, kernelSize, filters] of [[1, 5, 6], [7, 6, 3], [4, 4, 2], [3, 2, 1], [3, 5, 6], [4, 3, 2]]
) {
  Deno.test(`enlarging ${size}x${size} by a kernel of ${kernelSize} to ${filters} channels is a transposed convolution`, () => {
    tf.tidy(() => {
      const layer = new ConvTranspose2d("up", { inputChannels: 4, filters, kernelSize, strides: 2 });
      const x = tf.randomNormal([2, size, size, 4], 0, 1, "float32", 1);
      const kernel = tf.randomNormal([kernelSize, kernelSize, filters, 4], 0, 1, "float32", 2);
      const bias = tf.randomNormal([filters], 0, 1, "float32", 3);
      const parameters = (kernel: tf.Tensor, bias: tf.Tensor) => ({ "up/kernel": kernel, "up/bias": bias });
      const run = (form: (kernel: tf.Tensor, bias: tf.Tensor, x: tf.Tensor) => tf.Tensor) => {
        const gradients = tf.grads((...[kernel, bias, x]: tf.Tensor[]) =>
          form(kernel, bias, x).square().sum()
        );
        return [form(kernel, bias, x), ...gradients([kernel, bias, x])];
      };
      const fast = run((kernel, bias, x) => enlarge(layer, parameters(kernel, bias), x));
      const plain = run((kernel, bias, x) => layer.apply(parameters(kernel, bias), x));
      for (const [i, tensor] of fast.entries()) {
        assertEquals(tensor.shape, plain[i].shape);
        const [a, b] = [tensor.dataSync(), plain[i].dataSync()];
        a.forEach((value, j) => assertAlmostEquals(value, b[j], 1e-3 + 1e-4 * Math.abs(b[j])));
      }
    });
  });
}

for (const [size, kernelSize, filters] of [[7, 6, 3], [4, 4, 9], [1, 4, 2], [3, 5, 6]]) {
  Deno.test(`arranged kernels of ${kernelSize} enlarge ${size}x${size} to ${filters} channels alike`, () => {
    tf.tidy(() => {
      const layer = new ConvTranspose2d("up", { inputChannels: 4, filters, kernelSize, strides: 2 });
      const x = tf.randomNormal([2, size, size, 4], 0, 1, "float32", 1);
      const parameters = {
        "up/kernel": tf.randomNormal([kernelSize, kernelSize, filters, 4], 0, 1, "float32", 2),
        "up/bias": tf.randomNormal([filters], 0, 1, "float32", 3),
      };
      const arranged = arrangeKernels([layer], parameters);
      assertEquals(Object.keys(arranged), kernelSize % 2 === 0 ? ["up/arranged"] : []);
      const fast = enlarge(layer, { ...parameters, ...arranged }, x);
      const plain = layer.apply(parameters, x);
      assertEquals(fast.shape, plain.shape);
      const [a, b] = [fast.dataSync(), plain.dataSync()];
      a.forEach((value, i) => assertAlmostEquals(value, b[i], 1e-4));
    });
  });
}
