import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  countParameters,
  GatedResidual,
  GRU,
  initialiseParameters,
  NormGRU,
} from "../../../generative/nn/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { pattern, patterns } from "../support/patterns.ts";

await tf.setBackend("cpu");

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

Deno.test("GRU has the parameters of Keras's GRU (reset_after)", () => {
  const count = (inputs: number, units: number) =>
    countParameters(new GRU("g", { inputs, units }).parameters);
  assertEquals(count(35, 256), 3 * (35 * 256 + 256 * 256 + 2 * 256));
  assertEquals(count(1, 1), 12);
});

Deno.test("GRU.step() follows the equations, gates in the order z, r, c", () => {
  const gru = new GRU("g", { inputs: 1, units: 1 });
  const parameters = {
    "g/inputKernel": tf.tensor2d([[0.1, 0.2, 0.3]]),
    "g/hiddenKernel": tf.tensor2d([[-0.5, 0.6, -0.7]]),
    "g/inputBias": tf.tensor1d([0.01, 0.02, 0.03]),
    "g/hiddenBias": tf.tensor1d([0.04, 0.05, 0.06]),
  };
  const [x, h] = [2, 0.3];
  const update = sigmoid(0.1 * x + 0.01 - 0.5 * h + 0.04);
  const reset = sigmoid(0.2 * x + 0.02 + 0.6 * h + 0.05);
  const candidate = Math.tanh(0.3 * x + 0.03 + reset * (-0.7 * h + 0.06));
  const next = gru.step(parameters, tf.tensor2d([[x]]), tf.tensor2d([[h]]));
  assertClose(next, [update * h + (1 - update) * candidate], 1e-6);
  assertThrows(() => gru.step(parameters, tf.ones([1, 2]), next), TypeError, 'Cannot step "g"');
});

Deno.test("NormGRU.step() follows Dreamer's equations, gates in the order r, c, u", () => {
  const gru = new NormGRU("g", { inputs: 1, units: 1 });
  const parameters = {
    "g/inputKernel": tf.tensor2d([[0.1, 0.2, 0.3]]),
    "g/hiddenKernel": tf.tensor2d([[-0.5, 0.6, -0.7]]),
    "g/norm/scale": tf.tensor1d([1.1, 1.2, 1.3]),
    "g/norm/offset": tf.tensor1d([0.1, -0.2, 0.3]),
  };
  const [x, h] = [2, 0.3];
  const gates = [0.1 * x - 0.5 * h, 0.2 * x + 0.6 * h, 0.3 * x - 0.7 * h];
  const mean = (gates[0] + gates[1] + gates[2]) / 3;
  const variance = gates.reduce((sum, gate) => sum + (gate - mean) ** 2, 0) / 3;
  const [r, c, u] = gates.map((gate, i) =>
    (gate - mean) / Math.sqrt(variance + 1e-3) * [1.1, 1.2, 1.3][i] + [0.1, -0.2, 0.3][i]
  );
  const update = sigmoid(u - 1);
  const wanted = update * Math.tanh(sigmoid(r) * c) + (1 - update) * h;
  assertClose(gru.step(parameters, tf.tensor2d([[x]]), tf.tensor2d([[h]])), [wanted], 1e-6);
  assertThrows(() => gru.step(parameters, tf.ones([1, 2]), tf.ones([1, 1])), TypeError, 'Cannot step "g"');
});

Deno.test("sequence() of the GRUs is step() repeated, resets included", () => {
  for (const gru of [new GRU("g", { inputs: 3, units: 4 }), new NormGRU("g", { inputs: 3, units: 4 })]) {
    const parameters = initialiseParameters(gru.parameters, new RandomStream(5));
    const xs = pattern([5, 2, 3], 1);
    const resets = tf.tensor2d([[0, 1], [0, 0], [1, 0], [0, 0], [0, 1]]);
    for (const options of [{}, { resets }]) {
      let hidden = pattern([2, 4], 2);
      const outputs: number[] = [];
      for (let t = 0; t < 5; t++) {
        if (options.resets) hidden = hidden.mul(tf.sub(1, resets.slice([t, 0], [1, 2]).reshape([2, 1])));
        hidden = gru.step(parameters, xs.slice([t, 0, 0], [1, 2, 3]).reshape([2, 3]), hidden);
        outputs.push(...hidden.dataSync());
      }
      const whole = gru.sequence(parameters, xs, pattern([2, 4], 2), options);
      assertEquals(whole.outputs.shape, [5, 2, 4]);
      assertClose(whole.outputs, outputs, 1e-6);
      assertClose(whole.state, hidden.dataSync(), 1e-6);
    }
  }
});

Deno.test("GatedResidual follows the equations of GTrXL, and keeps its input at first", () => {
  const gate = new GatedResidual("g", { size: 1, keepBias: 0.5 });
  const parameters = {
    "g/output/kernel": tf.tensor2d([[0.1, 0.2, 0.3]]),
    "g/input/kernel": tf.tensor2d([[0.4, -0.5]]),
    "g/candidate/kernel": tf.tensor2d([[0.6]]),
    "g/keepBias": tf.tensor1d([0.5]),
  };
  assertEquals(Object.keys(gate.parameters), Object.keys(parameters));
  const [x, y] = [0.7, -1.2];
  const reset = sigmoid(0.1 * y + 0.4 * x);
  const update = sigmoid(0.2 * y - 0.5 * x - 0.5);
  const candidate = Math.tanh(0.3 * y + 0.6 * reset * x);
  const wanted = (1 - update) * x + update * candidate;
  assertClose(gate.apply(parameters, tf.tensor2d([[x]]), tf.tensor2d([[y]])), [wanted], 1e-6);

  const firm = new GatedResidual("g", { size: 4, keepBias: 12 });
  const [input, output] = [pattern([2, 3, 4], 1), pattern([2, 3, 4], 2)];
  assertClose(firm.apply({ ...patterns(firm.parameters), "g/keepBias": tf.fill([4], 12) }, input, output), [
    ...input.dataSync(),
  ], 1e-3);
  const made = initialiseParameters(firm.parameters, new RandomStream(0));
  assertEquals([...made["g/keepBias"].dataSync()], [12, 12, 12, 12]);
});
