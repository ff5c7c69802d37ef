import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { initialiseParameters, MaskedConv2d, type NamedTensors } from "../../../generative/nn/mod.ts";
import { MaskedUpsampling } from "../../../generative/autoregressive/masked_upsampling.ts";
import { backends, checkGradients, pattern, probe } from "../support/finite_differences.ts";

const largest = (a: tf.Tensor, b: tf.Tensor) => a.sub(b).abs().max().dataSync()[0];
const options = { inputChannels: 2, filters: 3 };
const maskA = () => new MaskedConv2d("a", { ...options, kernelSize: [5, 5], mask: "A" });
const maskB = () => new MaskedConv2d("b", { ...options, kernelSize: [3, 3], mask: "B" });
const above = () =>
  new MaskedConv2d("above", { ...options, kernelSize: [5, 3], mask: { rows: 2, columns: 3 } });
const left = () =>
  new MaskedConv2d("left", {
    ...options,
    kernelSize: [3, 3],
    mask: { rows: 2, columns: 1 },
    weightNorm: true,
  });
const halving = () =>
  new MaskedConv2d("half", { ...options, kernelSize: [4, 4], mask: { rows: 2, columns: 3 }, strides: 2 });

for (const backend of backends) {
  Deno.test(`a masked convolution is TensorFlow's "same" one with a masked kernel (${backend})`, async () => {
    await tf.setBackend(backend);
    const masks: [MaskedConv2d, number[][]][] = [
      [maskA(), [[1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]],
      [maskB(), [[1, 1, 1], [1, 1, 0], [0, 0, 0]]],
      [above(), [[1, 1, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]]],
      [halving(), [[1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]],
    ];
    for (const [layer, mask] of masks) {
      const parameters = initialiseParameters(layer.parameters, new RandomStream(1));
      parameters[`${layer.name}/bias`] = pattern([3], 5);
      const x = pattern([2, 6, 6, 2]) as tf.Tensor4D;
      const kernel = parameters[`${layer.name}/kernel`].mul(tf.tensor2d(mask).expandDims(-1).expandDims(-1));
      const expected = tf.conv2d(x, kernel as tf.Tensor4D, layer.strides, "same").add(
        parameters[`${layer.name}/bias`],
      );
      const actual = layer.apply(parameters, x);
      assertEquals(actual.shape, expected.shape);
      assertAlmostEquals(largest(actual, expected), 0, 1e-5, layer.name);
    }
  });

  Deno.test(`masked convolutions have the gradients of finite differences (${backend})`, async () => {
    await tf.setBackend(backend);
    const enlarging = new MaskedUpsampling("up", { channels: 2, columns: 4, shown: 3 });
    for (const layer of [maskA(), maskB(), left(), halving(), enlarging]) {
      const parameters = initialiseParameters(layer.parameters, new RandomStream(2));
      const inputs = { ...parameters, x: pattern([1, 4, 4, 2]) };
      checkGradients((tensors: NamedTensors) => probe(layer.apply(tensors, tensors.x)), inputs, {
        tolerance: 1e-2,
      });
    }
  });
}

Deno.test("a weight-normalised filter does not change with its kernel's length, and grows with its gain", () => {
  const layer = left();
  const parameters = initialiseParameters(layer.parameters, new RandomStream(3));
  const x = pattern([1, 4, 4, 2]);
  const plain = layer.apply(parameters, x);
  const longer = layer.apply({ ...parameters, "left/kernel": parameters["left/kernel"].mul(7) }, x);
  assertAlmostEquals(largest(plain, longer), 0, 1e-5);
  const louder = layer.apply({ ...parameters, "left/gain": tf.fill([3], 2) }, x);
  assertAlmostEquals(largest(plain.mul(2), louder), 0, 1e-5);
});

Deno.test("the place kernel gives what the whole convolution gives there", () => {
  for (const layer of [maskA(), maskB(), above(), left()]) {
    const parameters = initialiseParameters(layer.parameters, new RandomStream(4));
    const x = pattern([2, 7, 7, 2]);
    const whole = tf.slice(layer.apply(parameters, x), [0, 3, 3, 0], [2, 1, 1, 3]).reshape([2, 3]);
    const seen = layer.taps.map(({ row, column }) =>
      tf.slice(x, [0, 3 + row, 3 + column, 0], [2, 1, 1, 2]).reshape([2, 2])
    );
    const { kernel, bias } = layer.placeKernel(parameters);
    const place = tf.matMul(tf.concat(seen, 1) as tf.Tensor2D, kernel).add(bias);
    assertAlmostEquals(largest(whole, place), 0, 1e-5, layer.name);
  }
});

Deno.test("masks that show nothing or rows below are refused, and so are channels that do not fit", () => {
  const make = (mask: { rows: number; columns: number }) => () =>
    new MaskedConv2d("wrong", { ...options, kernelSize: [3, 3], mask });
  assertThrows(make({ rows: 0, columns: 3 }), RangeError, "shows a part of the past and nothing below");
  assertThrows(make({ rows: 3, columns: 3 }), RangeError, "nothing below");
  const layer = maskB();
  const parameters = initialiseParameters(layer.parameters, new RandomStream(0));
  const error = assertThrows(() => layer.apply(parameters, tf.zeros([1, 4, 4, 5])), TypeError);
  assert(error.message.includes("[B, H, W, 2], got [1,4,4,5]"), error.message);
});
