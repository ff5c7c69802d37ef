import { assertAlmostEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { lambdaReturns } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";

await tf.setBackend("cpu");

Deno.test("returns equal the sum over n-step returns", () => {
  const random = new RandomStream(3);
  const draw = () => Array.from({ length: 5 }, () => [random.uniform(), random.uniform()]);
  const [rewards, discounts, values] = [draw(), draw(), draw()];
  const lambda = 0.7;
  const tensors = (rows: number[][]) => rows.map((row) => tf.tensor1d(row));
  const returns = lambdaReturns(
    { rewards: tensors(rewards), discounts: tensors(discounts), values: tensors(values) },
    lambda,
  ).map((tensor) => tensor.dataSync());

  for (const row of [0, 1]) {
    for (let t = 0; t < 5; t++) {
      // the n-step return: n rewards, then the value, all discounted on the way
      const nStep = (n: number) => {
        let [sum, discount] = [0, 1];
        for (let k = t; k < t + n; k++) {
          sum += discount * rewards[k][row];
          discount *= discounts[k][row];
        }
        return sum + discount * values[t + n - 1][row];
      };
      const left = 5 - t;
      let wanted = lambda ** (left - 1) * nStep(left);
      for (let n = 1; n < left; n++) wanted += (1 - lambda) * lambda ** (n - 1) * nStep(n);
      assertAlmostEquals(returns[t][row], wanted, 1e-5);
    }
  }
});

Deno.test("stretches of different lengths are refused", () => {
  const one = [tf.tensor1d([1])];
  assertThrows(() => lambdaReturns({ rewards: one, discounts: [], values: one }, 0.9), RangeError, "1, 0, 1");
});
