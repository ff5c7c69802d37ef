import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  activate,
  type Activation,
  binaryCrossEntropy,
  clipByGlobalNorm,
  clipByValue,
  clipGradient,
  Conv2d,
  ConvTranspose2d,
  klStandardNormal,
  Linear,
  LSTM,
  MLP,
  relu,
  reparameterise,
  squaredError,
  valueAndGradients,
} from "../../../generative/nn/mod.ts";
import { normal, seedTensor, stopGradient } from "../../../generative/runtime/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { backends, checkGradients, pattern, patterns, probe } from "../support/finite_differences.ts";

/** Runs a test on each backend and checks that it gives back every tensor that it makes. */
function onBackends(name: string, body: () => void): void {
  for (const backend of backends) {
    Deno.test(`${name} (${backend})`, async () => {
      await tf.setBackend(backend);
      const before = tf.memory().numTensors;
      tf.tidy(body);
      assertEquals(tf.memory().numTensors, before, "tensors left over");
    });
  }
}

onBackends("gradients of Linear", () => {
  const layer = new Linear("a", { inputs: 3, units: 2 });
  checkGradients((t) => probe(layer.apply(t, t.x)), {
    ...patterns(layer.parameters),
    x: pattern([2, 2, 3], 9),
  });
});

onBackends("gradients of Conv2d", () => {
  for (const padding of ["valid", "same"] as const) {
    const layer = new Conv2d("c", { inputChannels: 2, filters: 2, kernelSize: 3, strides: 2, padding });
    checkGradients((t) => probe(layer.apply(t, t.x)), {
      ...patterns(layer.parameters),
      x: pattern([1, 5, 5, 2], 9),
    });
  }
});

onBackends("gradients of ConvTranspose2d", () => {
  const layer = new ConvTranspose2d("d", { inputChannels: 2, filters: 2, kernelSize: 3, strides: 2 });
  checkGradients((t) => probe(layer.apply(t, t.x)), {
    ...patterns(layer.parameters),
    x: pattern([1, 2, 2, 2], 9),
  });
});

onBackends("gradients of MLP", () => {
  const mlp = new MLP("m", { inputs: 2, hidden: [3, 3], outputs: 2, activation: "elu" });
  checkGradients((t) => probe(mlp.apply(t, t.x)), { ...patterns(mlp.parameters), x: pattern([2, 2], 9) });
});

onBackends("gradients of LSTM.sequence(), its state and its resets", () => {
  const lstm = new LSTM("l", { inputs: 2, units: 2 });
  const resets = tf.tensor2d([[0, 0], [0, 1], [0, 0]]);
  const inputs = { xs: pattern([3, 2, 2], 5), hidden: pattern([2, 2], 6), cell: pattern([2, 2], 8) };
  for (const options of [{}, { resets }]) {
    checkGradients((t) => {
      const { outputs, state } = lstm.sequence(t, t.xs, { hidden: t.hidden, cell: t.cell }, options);
      return probe(outputs).add(probe(state.cell)).add(probe(state.hidden).mul(0.5));
    }, { ...patterns(lstm.parameters), ...inputs });
  }
});

onBackends("gradients of LSTM.step()", () => {
  const lstm = new LSTM("l", { inputs: 2, units: 2, forgetBias: 0 });
  checkGradients((t) => {
    const { hidden, cell } = lstm.step(t, t.x, { hidden: t.hidden, cell: t.cell });
    return probe(hidden).add(probe(cell).mul(0.3));
  }, {
    ...patterns(lstm.parameters),
    x: pattern([2, 2], 5),
    hidden: pattern([2, 2], 6),
    cell: pattern([2, 2], 8),
  });
});

onBackends("values and gradients of activations", () => {
  const closed: Record<Activation, (x: number) => number> = {
    linear: (x) => x,
    relu: (x) => Math.max(x, 0),
    elu: (x) => x > 0 ? x : Math.expm1(x),
    tanh: Math.tanh,
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    softplus: (x) => Math.log1p(Math.exp(x)),
    swish: (x) => x / (1 + Math.exp(-x)),
    gelu: (x) => x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  };
  const x = pattern([9], 3).mul(2);
  for (const [name, formula] of Object.entries(closed) as [Activation, (x: number) => number][]) {
    const y = activate(name, x).dataSync();
    x.dataSync().forEach((value, i) => assertAlmostEquals(y[i], formula(value), 1e-5, name));
    checkGradients((t) => probe(activate(name, t.x)), { x });
  }
  assertThrows(() => activate("gulp" as Activation, x), RangeError, 'Cannot apply activation "gulp"');
});

onBackends("relu() has a gradient of its gradient", () => {
  const x = tf.tensor1d([-2, -1, 1, 2]);
  const slope = (x: tf.Tensor) => tf.grad((x: tf.Tensor) => tf.sum(tf.square(relu(x)).mul(x)))(x); // 3 x^2 where x > 0
  assertEquals([...slope(x).dataSync()], [0, 0, 3, 12]);
  assertEquals([...tf.grad((x: tf.Tensor) => tf.sum(slope(x)))(x).dataSync()], [0, 0, 6, 12]);
});

onBackends("stopGradient() lets values through and gradients not", () => {
  const { value, gradients } = valueAndGradients(({ x }) => ({ loss: tf.sum(stopGradient(x).mul(x)) }), {
    x: tf.tensor1d([2, 3]),
  });
  assertEquals(value.loss.dataSync()[0], 13);
  assertEquals([...gradients.x.dataSync()], [2, 3]);
});

onBackends("clipGradient() caps each row's gradient and leaves small ones alone", () => {
  const weights = tf.tensor2d([[3, 4], [0.3, 0.4], [0, 0]]);
  const { value, gradients } = valueAndGradients(
    ({ x }) => ({ loss: tf.sum(clipGradient(x, 1).mul(weights)) }),
    { x: tf.ones([3, 2]) },
  );
  assertAlmostEquals(value.loss.dataSync()[0], 7.7, 1e-5);
  [0.6, 0.8, 0.3, 0.4, 0, 0].forEach((wanted, i) =>
    assertAlmostEquals(gradients.x.dataSync()[i], wanted, 1e-6)
  );
  checkGradients((t) => probe(clipGradient(t.x, 100)), { x: pattern([2, 3, 2]) });
});

onBackends("valueAndGradients() hands back the parts, and zeros for what the loss does not use", () => {
  const { value, gradients } = valueAndGradients(({ a }) => {
    const error = tf.sum(tf.square(a));
    return { loss: error.mul(2), error, same: a };
  }, { a: tf.tensor1d([1, 2]), b: tf.ones([2, 2]) });
  assertEquals(value.error.dataSync()[0], 5);
  assertEquals(value.loss.dataSync()[0], 10);
  assertEquals([...value.same.dataSync()], [1, 2]);
  assertEquals([...gradients.a.dataSync()], [4, 8]);
  assertEquals([...gradients.b.dataSync()], [0, 0, 0, 0]);
});

onBackends("valueAndGradients() leaves nothing behind when the loss throws", () => {
  assertThrows(
    () =>
      valueAndGradients(() => {
        throw new RangeError("bad");
      }, { a: tf.ones([1]) }),
    RangeError,
    "bad",
  );
});

onBackends("clipByGlobalNorm() and clipByValue()", () => {
  const gradients = { a: tf.tensor1d([3, 0]), b: tf.tensor2d([[0, -4]]) };
  const clipped = clipByGlobalNorm(gradients, 1);
  assertAlmostEquals(clipped.norm.dataSync()[0], 5, 1e-6);
  assertAlmostEquals(clipped.gradients.a.dataSync()[0], 0.6, 1e-6);
  assertAlmostEquals(clipped.gradients.b.dataSync()[1], -0.8, 1e-6);
  assertAlmostEquals(clipByGlobalNorm(gradients, 6).gradients.a.dataSync()[0], 3, 1e-6);
  assertEquals(clipByGlobalNorm({ a: tf.zeros([2]) }, 1).gradients.a.dataSync()[0], 0);
  assertEquals([...clipByValue(gradients, 3.5).b.dataSync()], [0, -3.5]);
});

onBackends("distributions agree with their closed forms", () => {
  const first = (tensor: tf.Tensor) => tensor.dataSync()[0];
  const scalar = (value: number) => tf.tensor1d([value]);
  // KL(N(m, s) | N(0, 1)) = log(1/s) + (s^2 + m^2 - 1) / 2
  assertAlmostEquals(
    first(klStandardNormal(scalar(0.8), scalar(2 * Math.log(0.5)))),
    Math.log(2) + (0.25 + 0.64 - 1) / 2,
    1e-5,
  );
  assertAlmostEquals(first(binaryCrossEntropy(scalar(-0.4), scalar(0))), Math.log1p(Math.exp(-0.4)), 1e-5);
  assertEquals(first(squaredError(scalar(3), scalar(1))), 4);
});

onBackends("gradients of distributions and losses", () => {
  const [x, y] = [pattern([2, 2], 1), pattern([2, 2], 2)];
  checkGradients(({ x, y }) => probe(klStandardNormal(x, y)), { x, y });
  checkGradients(({ x, y }) => probe(binaryCrossEntropy(x, y)), { x, y });
});

onBackends("reparameterise() moves and scales standard normal noise", () => {
  const seed = seedTensor([1, 1]);
  const z = reparameterise({ mu: tf.fill([2, 3], 4), logVar: tf.fill([2, 3], Math.log(9)) }, seed);
  assertClose(z, normal([2, 3], seed).mul(3).add(4));
});
