import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  Conv2d,
  ConvTranspose2d,
  Embedding,
  EqualisedRate,
  GroupNorm,
  initialiseParameters,
  type KernelLayer,
  largestSingularValue,
  LayerNorm,
  Linear,
  type NamedTensors,
  pixelNorm,
  RMSNorm,
  SpectralNorm,
  splitStatistics,
  Statistics,
  WeightNorm,
} from "../../../generative/nn/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { pattern, patterns } from "../support/patterns.ts";

await tf.setBackend("cpu");

const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** Rows of a tensor's last axis. */
function rowsOf(x: tf.Tensor): number[][] {
  return x.reshape([-1, x.shape[x.rank - 1]]).arraySync() as number[][];
}

Deno.test("LayerNorm standardises each vector, then scales and moves it", () => {
  const norm = new LayerNorm("n", { size: 4, epsilon: 0.01 });
  const parameters = patterns(norm.parameters);
  const [scale, offset] = ["n/scale", "n/offset"].map((name) => parameters[name].dataSync());
  const x = pattern([2, 3, 4], 5);
  const wanted = rowsOf(x).flatMap((row) => {
    const centre = mean(row);
    const deviation = Math.sqrt(mean(row.map((value) => (value - centre) ** 2)) + 0.01);
    return row.map((value, i) => (value - centre) / deviation * scale[i] + offset[i]);
  });
  assertClose(norm.apply(parameters, x), wanted);
  assertEquals(Object.keys(new LayerNorm("n", { size: 4, bias: false }).parameters), ["n/scale"]);
  assertThrows(() => norm.apply(parameters, tf.ones([2, 3])), TypeError, "expected [.., 4], got [2,3]");
});

Deno.test("RMSNorm divides each vector by its root mean square, pixelNorm without a scale", () => {
  const norm = new RMSNorm("n", { size: 3 });
  const parameters = { "n/scale": tf.tensor1d([1, 2, 3]) };
  const root = Math.sqrt((1 + 4 + 4) / 3);
  assertClose(norm.apply(parameters, tf.tensor2d([[1, 2, -2]])), [1 / root, 4 / root, -6 / root]);
  assertClose(pixelNorm(tf.tensor2d([[1, 2, -2]])), [1 / root, 2 / root, -2 / root]);
  assertClose(norm.apply(parameters, tf.zeros([1, 3])), [0, 0, 0]);
  assertThrows(() => norm.apply(parameters, tf.ones([2, 4])), TypeError, "expected [.., 3], got [2,4]");
});

Deno.test("GroupNorm with one group is layer norm of the example, with a group a channel instance norm", () => {
  const x = pattern([2, 3, 2, 4], 3);
  const alone = (groups: number) => new GroupNorm("n", { channels: 4, groups, affine: false }).apply({}, x);
  const whole = new LayerNorm("n", { size: 24 });
  const ones = { "n/scale": tf.ones([24]), "n/offset": tf.zeros([24]) };
  assertClose(alone(1), whole.apply(ones, x.reshape([2, 24])).dataSync());
  const { mean, variance } = tf.moments(x, [1, 2], true);
  assertClose(alone(4), x.sub(mean).div(variance.add(1e-5).sqrt()).dataSync());
});

Deno.test("GroupNorm normalises neighbouring channels together, example by example", () => {
  const norm = new GroupNorm("n", { channels: 4, groups: 2 });
  const parameters = patterns(norm.parameters);
  const x = pattern([2, 3, 3, 4], 1);
  const y = norm.apply(parameters, x);
  const [first] = tf.split(x, 2);
  assertClose(norm.apply(parameters, first), y.dataSync().slice(0, 36), 1e-6);
  const plain = new GroupNorm("n", { channels: 4, groups: 2, affine: false }).apply({}, x);
  const { mean, variance } = tf.moments(plain.reshape([2, 9, 2, 2]), [1, 3]);
  assertClose(mean, [0, 0, 0, 0]);
  assertClose(variance, [1, 1, 1, 1], 1e-3);
  assertClose(y, plain.mul(parameters["n/scale"]).add(parameters["n/offset"]).dataSync());
  assertThrows(
    () => new GroupNorm("n", { channels: 4, groups: 3 }),
    RangeError,
    "groups that divide 4, got 3",
  );
  assertThrows(() => norm.apply(parameters, tf.ones([2, 2, 3])), TypeError, "expected [B, .., 4]");
});

Deno.test("power iteration finds the largest singular value", () => {
  // U diag(3, 1, 0.5) V^T with rotations U and V
  const rotation = (angle: number) => {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return tf.tensor2d([[c, -s, 0], [s, c, 0], [0, 0, 1]]);
  };
  const turned = (angle: number) => tf.matMul(rotation(angle), rotation(0.3).gather([1, 2, 0]));
  const matrix = tf.matMul(
    tf.matMul(turned(0.7), tf.diag(tf.tensor1d([3, 1, 0.5]))),
    turned(-1.1),
  ) as tf.Tensor2D;
  let vector: tf.Tensor = tf.tensor1d([0.2, -0.5, 0.1]);
  let value: tf.Tensor = tf.scalar(0);
  for (let i = 0; i < 12; i++) ({ value, vector } = largestSingularValue(matrix, vector));
  assertClose(value, [3], 1e-4);
  assertClose(vector.norm(), [1], 1e-5);
  assertClose(largestSingularValue(matrix, vector, false).vector, vector.dataSync(), 1e-6);
});

Deno.test("SpectralNorm comes to stretch by 1 at most, one iteration a step, in training alone", () => {
  const layer = new SpectralNorm(new Linear("l", { inputs: 5, units: 4, bias: false }));
  let parameters = initialiseParameters(layer.parameters, new RandomStream(1));
  parameters["l/kernel"] = parameters["l/kernel"].mul(7);
  const identity = tf.eye(5);
  for (let step = 0; step < 60; step++) {
    const statistics = new Statistics();
    const first = layer.apply(parameters, identity, statistics);
    const second = layer.apply(parameters, identity, statistics); // of the same step: no second iteration
    if (step > 40) assertClose(second, first.dataSync(), 1e-4);
    const found = splitStatistics(statistics.parts).statistics;
    assertEquals(Object.keys(found), ["l/singularVector"]);
    parameters = { ...parameters, ...found };
  }
  const divided = layer.apply(parameters, identity) as tf.Tensor2D;
  const { value } = largestSingularValue(divided, parameters["l/singularVector"]);
  assertClose(value, [1], 1e-4);
  const [x, y] = [pattern([1, 5], 4), pattern([1, 5], 6)];
  const length = (a: tf.Tensor) => a.norm().dataSync()[0];
  const moved = length(layer.apply(parameters, x).sub(layer.apply(parameters, y)));
  assertGreater(length(x.sub(y)), moved);
  assertClose(layer.apply(parameters, identity), divided.dataSync(), 0); // stays as it is outside training
});

Deno.test("the wrappers treat the kernels of all layers by their outputs", () => {
  const layers: [KernelLayer, outputs: number, fanIn: number, input: tf.Tensor][] = [
    [new Linear("l", { inputs: 3, units: 2 }), 2, 3, pattern([1, 3])],
    [new Conv2d("c", { inputChannels: 3, filters: 2, kernelSize: 2 }), 2, 12, pattern([1, 2, 2, 3])],
    [new ConvTranspose2d("d", { inputChannels: 3, filters: 2, kernelSize: 2 }), 2, 12, pattern([1, 2, 2, 3])],
    [new Embedding("e", { tokens: 6, units: 2 }), 2, 6, tf.tensor1d([1, 5], "int32")],
  ];
  for (const [layer, outputs, fanIn, x] of layers) {
    const norm = new WeightNorm(layer);
    assertEquals(norm.parameters[`${layer.name}/gain`].shape, [outputs]);
    const vector = new SpectralNorm(layer).parameters[`${layer.name}/singularVector`];
    assertEquals([vector.shape, vector.statistic], [[outputs], true]);
    const kernelName = Object.keys(layer.parameters)[0];
    const parameters: NamedTensors = patterns(norm.parameters);
    // A longer direction changes nothing, twice the gain doubles what comes out (without bias).
    if (layer.parameters[`${layer.name}/bias`]) parameters[`${layer.name}/bias`] = tf.zeros([outputs]);
    const y = norm.apply(parameters, x).dataSync();
    const longer = { ...parameters, [kernelName]: parameters[kernelName].mul(5) };
    assertClose(norm.apply(longer, x), y, 1e-4);
    const louder = { ...parameters, [`${layer.name}/gain`]: parameters[`${layer.name}/gain`].mul(2) };
    assertClose(norm.apply(louder, x), y.map((value) => 2 * value), 1e-4);
    const equalised = new EqualisedRate(layer, { gain: 3, rate: 0.5 });
    const scaled = { ...parameters, [kernelName]: parameters[kernelName].mul(3 * 0.5 / Math.sqrt(fanIn)) };
    assertClose(equalised.apply(parameters, x), layer.apply(scaled, x).dataSync(), 1e-6);
  }
  assertThrows(
    () => new WeightNorm(new LayerNorm("n", { size: 2 })),
    TypeError,
    'Cannot find the kernel of "n"',
  );
});

Deno.test("WeightNorm's kernel has the gain as the length of each output's weights", () => {
  const layer = new WeightNorm(new Linear("l", { inputs: 2, units: 2, bias: false }));
  const parameters = { "l/kernel": tf.tensor2d([[3, 0], [4, -2]]), "l/gain": tf.tensor1d([10, 7]) };
  assertClose(layer.apply(parameters, tf.eye(2)), [6, 0, 8, -7]);
});

Deno.test("EqualisedRate starts with deviation 1 / rate and moves the bias at the same rate", () => {
  const layer = new EqualisedRate(new Linear("l", { inputs: 400, units: 100 }), { rate: 0.1, gain: 1 });
  const parameters = initialiseParameters(layer.parameters, new RandomStream(2));
  assertAlmostEquals(parameters["l/kernel"].square().mean().dataSync()[0], 100, 2);
  parameters["l/bias"] = tf.fill([100], 5);
  assertClose(layer.apply(parameters, tf.zeros([1, 400])), new Array(100).fill(0.5));
  const stream = new RandomStream(3);
  const x = tf.tensor2d(Float32Array.from({ length: 20 * 400 }, () => stream.normal()), [20, 400]);
  assertAlmostEquals(layer.apply(parameters, x).sub(0.5).square().mean().dataSync()[0], 1, 0.1);
});
