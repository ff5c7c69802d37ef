import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { caseInputs, OP_CASES, type OpCase, weightedSum } from "./op_cases.ts";

/** What a case gives on the current backend: its result and the gradients. */
function evaluate(testCase: OpCase) {
  return tf.tidy(() => {
    const inputs = caseInputs(testCase);
    const result = testCase.compute(...inputs);
    const gradients = testCase.differentiable === false
      ? []
      : tf.grads((...inputs) => weightedSum(testCase.compute(...inputs)))(inputs);
    return {
      shape: result.shape,
      dtype: result.dtype,
      values: Array.from(result.dataSync()),
      gradients: gradients.map((gradient) => Array.from(gradient.dataSync())),
    };
  });
}

function assertClose(actual: number[], expected: number[], what: string): void {
  assertEquals(actual.length, expected.length, what);
  const scale = Math.max(1, ...expected.map(Math.abs));
  actual.forEach((value, i) => {
    assert(
      Math.abs(value - expected[i]) <= 2e-5 * scale,
      `${what}[${i}]: expected ${expected[i]}, got ${value}`,
    );
  });
}

Deno.test("ops agree between native TensorFlow and the CPU backend", async (t) => {
  assertEquals((await startBackend()).name, "tensorflow");
  for (const testCase of OP_CASES) {
    await t.step(testCase.name, async () => {
      await tf.setBackend("tensorflow");
      const native = evaluate(testCase);
      await tf.setBackend("cpu");
      const cpu = evaluate(testCase);
      await tf.setBackend("tensorflow");
      assertEquals([native.shape, native.dtype], [cpu.shape, cpu.dtype]);
      assertClose(native.values, cpu.values, "result");
      native.gradients.forEach((gradient, i) => assertClose(gradient, cpu.gradients[i], `gradient ${i}`));
    });
  }
});

Deno.test("gradients agree with finite differences", async (t) => {
  await startBackend();
  for (const testCase of OP_CASES) {
    if (testCase.differentiable === false) continue;
    await t.step(testCase.name, () =>
      tf.tidy(() => {
        const inputs = caseInputs(testCase);
        const loss = (...inputs: tf.Tensor[]) => weightedSum(testCase.compute(...inputs));
        const gradients = tf.grads(loss)(inputs);
        inputs.forEach((input, i) => {
          // One direction that every element takes part in.
          const direction = tf.tensor(
            Float32Array.from({ length: input.size }, (_, j) => Math.cos(2 + 5 * j)),
            input.shape,
          );
          const at = (step: number) => {
            const moved = inputs.map((other, j) => j === i ? other.add(direction.mul(step)) : other);
            return loss(...moved).dataSync()[0];
          };
          const step = 5e-3;
          const numeric = (at(step) - at(-step)) / (2 * step);
          const analytic = gradients[i].mul(direction).sum().dataSync()[0];
          const tolerance = 0.01 * Math.max(1, Math.abs(numeric));
          assert(
            Math.abs(numeric - analytic) <= tolerance,
            `input ${i}: finite differences give ${numeric}, the gradient ${analytic}`,
          );
        });
      }));
  }
});
