import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { LinearController } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";
import { countParameters } from "../../generative/nn/mod.ts";

await tf.setBackend("cpu");
const random = new RandomStream(2);
const draw = (length: number) => Float32Array.from({ length }, () => random.normal());

Deno.test("the paper's controller has 867 parameters", () => {
  const controller = new LinearController();
  assertEquals(controller.parameterCount, 867);
  assertEquals(countParameters(controller.parameters), 867);
});

for (const squash of ["carRacing", "tanh"] as const) {
  Deno.test(`arrays, tensors and populations act alike (${squash})`, () => {
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

Deno.test("the CarRacing outputs are the paper's", () => {
  const controller = new LinearController({ featureSize: 1 });
  const act = (bias: number[]) => controller.actArray([0, 0, 0, ...bias], [1]);
  assertEquals([...act([0, 0, 0])], [0, 0.5, 0]);
  assertEquals([...act([-50, 50, -50])], [-1, 1, 0]);
  assertAlmostEquals(act([0, 0, 0.3])[2], Math.tanh(0.3), 1e-6);
});

Deno.test("wrong sizes are refused", () => {
  const controller = new LinearController({ featureSize: 2 });
  assertThrows(() => controller.fromFlat([1, 2]), RangeError, "expected 9 weights");
  assertThrows(() => controller.actArray(new Float32Array(9), [1]), RangeError, "expected 2 features, got 1");
  assertThrows(() => new LinearController({ actionSize: 2 }), RangeError, "expected 3 actions, got 2");
});
