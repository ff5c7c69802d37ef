import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  collectParameters,
  Conv2d,
  ConvTranspose2d,
  countParameters,
  disposeTensors,
  initialiseParameters,
  initialisers,
  Linear,
  LSTM,
  MLP,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
  replaceRows,
} from "../../../generative/nn/mod.ts";
import { assertClose } from "../support/assert_close.ts";

await tf.setBackend("cpu");

const shapes = (specs: ParameterSpecs) =>
  Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, shape]));

/** 0.01, -0.02, 0.03, .. in the given shape. */
function ramp(shape: number[]): tf.Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(Array.from({ length: count }, (_, i) => (i % 2 ? -1 : 1) * 0.01 * (i + 1)), shape);
}

Deno.test("modules declare their parameters by name", () => {
  assertEquals(shapes(new Linear("a", { inputs: 3, units: 4 }).parameters), {
    "a/kernel": [3, 4],
    "a/bias": [4],
  });
  assertEquals(shapes(new Linear("a", { inputs: 3, units: 4, bias: false }).parameters), {
    "a/kernel": [3, 4],
  });
  assertEquals(shapes(new Conv2d("c", { inputChannels: 3, filters: 8, kernelSize: 4 }).parameters), {
    "c/kernel": [4, 4, 3, 8],
    "c/bias": [8],
  });
  assertEquals(shapes(new ConvTranspose2d("d", { inputChannels: 3, filters: 8, kernelSize: 5 }).parameters), {
    "d/kernel": [5, 5, 8, 3],
    "d/bias": [8],
  });
  assertEquals(shapes(new LSTM("l", { inputs: 3, units: 5 }).parameters), {
    "l/inputKernel": [3, 20],
    "l/hiddenKernel": [5, 20],
    "l/bias": [20],
  });
  const mlp = new MLP("m", { inputs: 2, hidden: [3, 4], outputs: 1 });
  assertEquals(Object.keys(mlp.parameters), [
    "m/hidden1/kernel",
    "m/hidden1/bias",
    "m/hidden2/kernel",
    "m/hidden2/bias",
    "m/output/kernel",
    "m/output/bias",
  ]);
});

Deno.test("the paper's memory has 422,368 parameters", () => {
  const parts = [
    new LSTM("memory/lstm", { inputs: 35, units: 256 }),
    new Linear("memory/head", { inputs: 256, units: 480 }),
  ];
  assertEquals(countParameters(collectParameters(...parts)), 422_368);
});

Deno.test("collectParameters() refuses a name twice, parameter() one that is missing", () => {
  const layer = new Linear("a", { inputs: 1, units: 1 });
  assertThrows(() => collectParameters(layer, layer), TypeError, 'two modules declare "a/kernel"');
  assertThrows(() => parameter({}, "a/kernel"), TypeError, 'Cannot find parameter "a/kernel"');
});

Deno.test("initialiseParameters() gives a parameter the same numbers whatever stands beside it", () => {
  const [a, b] = ["a", "b"].map((name) => new Linear(name, { inputs: 4, units: 4 }));
  const alone = initialiseParameters(b.parameters, new RandomStream(1));
  const together = initialiseParameters(collectParameters(a, b), new RandomStream(1));
  assertEquals(alone["b/kernel"].dataSync(), together["b/kernel"].dataSync());
  disposeTensors(alone);
  disposeTensors(together);
});

Deno.test("initialisers have the spread that they promise", () => {
  const random = new RandomStream(2);
  const spread = (data: Float32Array) => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
  assertAlmostEquals(spread(initialisers.glorotUniform([60, 40], random)), Math.sqrt(2 / 100), 0.005);
  assertAlmostEquals(
    spread(initialisers.glorotUniform([3, 3, 20, 30], random)),
    Math.sqrt(2 / (9 * 50)),
    0.005,
  );
  assertAlmostEquals(spread(initialisers.fanInUniform([60, 40], random)), Math.sqrt(1 / 180), 0.005);
  assertEquals([...initialisers.constant(3)([2], random)], [3, 3]);
  assertThrows(() => initialisers.values([1, 2])([3], random), RangeError, "expected 3 values, got 2");
});

Deno.test("orthogonal() makes the rows of an LSTM's hidden kernel orthonormal, with Keras's spread", () => {
  const kernel = initialisers.orthogonal([6, 24], new RandomStream(3));
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      let dot = 0;
      for (let k = 0; k < 24; k++) dot += kernel[i * 24 + k] * kernel[j * 24 + k];
      assertAlmostEquals(dot, i === j ? 1 : 0, 1e-6);
    }
  }
  // tf.keras.initializers.Orthogonal()((256, 1024)) has the standard deviation 1 / sqrt(1024) = 0.03125
  const large = initialisers.orthogonal([64, 256], new RandomStream(3));
  assertAlmostEquals(Math.sqrt(large.reduce((sum, x) => sum + x * x, 0) / large.length), 1 / 16, 1e-6);
  const tall = initialisers.orthogonal([24, 6], new RandomStream(3));
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      let dot = 0;
      for (let k = 0; k < 24; k++) dot += tall[k * 6 + i] * tall[k * 6 + j];
      assertAlmostEquals(dot, i === j ? 1 : 0, 1e-6);
    }
  }
});

Deno.test("Linear.apply() is x W + b, on any number of leading axes", () => {
  const layer = new Linear("a", { inputs: 2, units: 2 });
  const parameters = { "a/kernel": tf.tensor2d([[1, 2], [3, 4]]), "a/bias": tf.tensor1d([10, 20]) };
  assertClose(layer.apply(parameters, tf.tensor2d([[1, 1], [2, 0]])), [14, 26, 12, 24]);
  const deep = layer.apply(parameters, tf.ones([3, 1, 2]));
  assertEquals(deep.shape, [3, 1, 2]);
  assertClose(deep, [14, 26, 14, 26, 14, 26]);
  assertThrows(
    () => layer.apply(parameters, tf.ones([2, 3])),
    TypeError,
    'Cannot apply "a": expected [.., 2], got [2,3]',
  );
});

Deno.test("Conv2d.apply() computes a convolution done by hand", () => {
  const layer = new Conv2d("c", { inputChannels: 1, filters: 1, kernelSize: 2, strides: 2 });
  const parameters = { "c/kernel": tf.tensor4d([1, 2, 3, 4], [2, 2, 1, 1]), "c/bias": tf.tensor1d([0.5]) };
  const x = tf.range(0, 16).reshape([1, 4, 4, 1]);
  // The top left window holds 0, 1, 4, 5: 0 + 2 + 12 + 20 + 0.5.
  assertClose(layer.apply(parameters, x), [34.5, 54.5, 114.5, 134.5]);
  const same = new Conv2d("c", { inputChannels: 1, filters: 1, kernelSize: 2, strides: 2, padding: "same" });
  assertEquals(same.apply(parameters, tf.ones([1, 5, 5, 1])).shape, [1, 3, 3, 1]);
  assertThrows(() => layer.apply(parameters, tf.ones([1, 4, 4, 3])), TypeError, "expected [B, H, W, 1]");
});

Deno.test("ConvTranspose2d.apply() spreads each pixel over the kernel", () => {
  const layer = new ConvTranspose2d("d", { inputChannels: 1, filters: 1, kernelSize: 3, strides: 2 });
  const kernel = tf.range(1, 10).reshape([3, 3, 1, 1]);
  const parameters: NamedTensors = { "d/kernel": kernel, "d/bias": tf.tensor1d([0]) };
  const y = layer.apply(parameters, tf.tensor4d([1, 10], [1, 1, 2, 1]));
  assertEquals(y.shape, [1, 3, 5, 1]);
  assertClose(y, [1, 2, 13, 20, 30, 4, 5, 46, 50, 60, 7, 8, 79, 80, 90]);
});

Deno.test("the paper's decoder goes 1, 5, 13, 30, 64 pixels", () => {
  let x: tf.Tensor = tf.ones([1, 1, 1, 2]);
  const sizes = [5, 5, 6, 6].map((kernelSize, i) => {
    const layer = new ConvTranspose2d(`d${i}`, { inputChannels: 2, filters: 2, kernelSize, strides: 2 });
    x = layer.apply(initialiseParameters(layer.parameters, new RandomStream(i)), x);
    return x.shape[1];
  });
  assertEquals(sizes, [5, 13, 30, 64]);
});

Deno.test("MLP.apply() is its layers with the activation between, none at the end", () => {
  const mlp = new MLP("m", {
    inputs: 1,
    hidden: [2],
    outputs: 1,
    activation: "relu",
    outputBiasInitialiser: initialisers.constant(-5),
  });
  const parameters = initialiseParameters(mlp.parameters, new RandomStream(0));
  parameters["m/hidden1/kernel"] = tf.tensor2d([[1, -1]]);
  parameters["m/output/kernel"] = tf.tensor2d([[2], [3]]);
  assertClose(mlp.apply(parameters, tf.tensor2d([[4], [-4]])), [3, 7]);
});

Deno.test("LSTM.step() follows the equations, gates in the order i, j, f, o", () => {
  const lstm = new LSTM("l", { inputs: 1, units: 1, forgetBias: 0.5 });
  const parameters = {
    "l/inputKernel": tf.tensor2d([[0.1, 0.2, 0.3, 0.4]]),
    "l/hiddenKernel": tf.tensor2d([[-0.5, 0.6, -0.7, 0.8]]),
    "l/bias": tf.tensor1d([0.01, 0.02, 0.03, 0.04]),
  };
  const [x, h, c] = [2, 0.3, -0.4];
  const gate = (w: number, u: number, b: number) => x * w + h * u + b;
  const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
  const cell = c * sigmoid(gate(0.3, -0.7, 0.03) + 0.5) +
    sigmoid(gate(0.1, -0.5, 0.01)) * Math.tanh(gate(0.2, 0.6, 0.02));
  const hidden = sigmoid(gate(0.4, 0.8, 0.04)) * Math.tanh(cell);
  const state = { hidden: tf.tensor2d([[h]]), cell: tf.tensor2d([[c]]) };
  const next = lstm.step(parameters, tf.tensor2d([[x]]), state);
  assertClose(next.cell, [cell]);
  assertClose(next.hidden, [hidden]);
  assertThrows(() => lstm.step(parameters, tf.ones([1, 2]), state), TypeError, 'Cannot step "l"');
});

Deno.test("LSTM.sequence() is step() repeated, resets included", () => {
  const lstm = new LSTM("l", { inputs: 3, units: 4 });
  const parameters = initialiseParameters(lstm.parameters, new RandomStream(5));
  const xs = ramp([5, 2, 3]).mul(10);
  const resets = tf.tensor2d([[0, 1], [0, 0], [1, 0], [0, 0], [0, 1]]);
  const start = { hidden: ramp([2, 4]), cell: ramp([2, 4]).mul(5) };
  for (const options of [{}, { resets }]) {
    let state = start;
    const outputs: number[] = [];
    for (let t = 0; t < 5; t++) {
      const x = xs.slice([t, 0, 0], [1, 2, 3]).reshape([2, 3]);
      if (options.resets) {
        const keep = tf.sub(1, resets.slice([t, 0], [1, 2]).reshape([2, 1]));
        state = { hidden: state.hidden.mul(keep), cell: state.cell.mul(keep) };
      }
      state = lstm.step(parameters, x, state);
      outputs.push(...state.hidden.dataSync());
    }
    const whole = lstm.sequence(parameters, xs, start, options);
    assertEquals(whole.outputs.shape, [5, 2, 4]);
    assertClose(whole.outputs, outputs, 1e-6);
    assertClose(whole.state.cell, state.cell.dataSync(), 1e-6);
    assertClose(whole.state.hidden, state.hidden.dataSync(), 1e-6);
  }
});

Deno.test("replaceRows() replaces rows of numbers and of integers, and leaves the table as it was", () => {
  const table = tf.tensor2d([[1, 2], [3, 4], [5, 6]], [3, 2], "int32");
  const replaced = replaceRows(
    table,
    tf.tensor1d([2, 0], "int32"),
    tf.tensor2d([[7, 8], [9, 0]], [2, 2], "int32"),
  );
  assertEquals([replaced.dtype, replaced.arraySync()], ["int32", [[9, 0], [3, 4], [7, 8]]]);
  assertEquals(table.arraySync(), [[1, 2], [3, 4], [5, 6]]);
});
