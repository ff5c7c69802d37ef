import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { LinearController } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";
import { countParameters } from "../../generative/nn/mod.ts";

await tf.setBackend("cpu");
const random = new RandomStream(2);
const draw = (length: number) => Float32Array.from({ length }, () => random.normal());

const PAPER = ["tanh", "shifted", "clipped"] as const;
const TANH = ["tanh", "tanh", "tanh"] as const;

Deno.test("the paper's controllers have 867 and 1,089 parameters, a bias included", () => {
  assertEquals(new LinearController({ featureSize: 64 + 2 * 512, squash: ["tanh"] }).parameterCount, 1089);
  const controller = new LinearController({ featureSize: 288, squash: PAPER });
  assertEquals(controller.parameterCount, 867);
  assertEquals(countParameters(controller.parameters), 867);
});

for (const squash of [PAPER, TANH]) {
  Deno.test(`arrays, tensors and populations act alike (${squash.join(", ")})`, () => {
    const controller = new LinearController({ featureSize: 7, squash });
    const candidates = [draw(24), draw(24)];
    const rows = draw(4 * 7); // two for each candidate
    const input = tf.tensor(rows, [4, 7]);
    const flat = tf.tensor([...candidates[0], ...candidates[1]], [2, 24]);
    const together = controller.actPopulation(flat, input).dataSync();
    for (let row = 0; row < 4; row++) {
      const weights = candidates[row < 2 ? 0 : 1];
      const features = rows.slice(row * 7, row * 7 + 7);
      const wanted = controller.actArray(weights, features);
      const single = controller.act(controller.fromFlat(weights), input).dataSync();
      for (let a = 0; a < 3; a++) {
        assertAlmostEquals(together[row * 3 + a], wanted[a], 1e-5);
        assertAlmostEquals(single[row * 3 + a], wanted[a], 1e-5);
      }
    }
  });
}

Deno.test("the outputs for a car are the paper's", () => {
  const controller = new LinearController({ featureSize: 1, squash: PAPER });
  assertEquals([controller.low, controller.high], [[-1, 0, 0], [1, 1, 1]]);
  const act = (bias: number[]) => controller.actArray([0, 0, 0, ...bias], [1]);
  assertEquals([...act([0, 0, 0])], [0, 0.5, 0]);
  assertEquals([...act([-50, 50, -50])], [-1, 1, 0]);
  assertAlmostEquals(act([0, 0, 0.3])[2], Math.tanh(0.3), 1e-6);
});

Deno.test("wrong sizes are refused", () => {
  const controller = new LinearController({ featureSize: 2, squash: PAPER });
  assertThrows(() => controller.fromFlat([1, 2]), RangeError, "expected 9 weights");
  assertThrows(() => controller.actArray(new Float32Array(9), [1]), RangeError, "expected 2 features, got 1");
});
