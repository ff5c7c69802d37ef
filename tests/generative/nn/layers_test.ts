import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { compile } from "../../../generative/runtime/mod.ts";
import { backends, checkGradients, probe } from "../support/finite_differences.ts";
import { layerCases } from "./layer_cases.ts";

/** In training the singular vectors move with the kernel, and count as fixed all the same. */
const exact = (name: string) => name !== "SpectralNorm in training";

for (const backend of backends) {
  Deno.test(`the gradients of all layers agree with finite differences (${backend})`, async () => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      for (const { name, tensors, output } of layerCases().filter(({ name }) => exact(name))) {
        try {
          checkGradients((t) => probe(output(t)), tensors, { tolerance: 1e-2, step: 5e-3 });
        } catch (error) {
          throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
        }
      }
    });
    assertEquals(tf.memory().numTensors, before, "tensors left over");
  });
}

Deno.test("all layers compile, and give on every backend the same outputs and gradients", async () => {
  const results: Record<string, number[]>[] = [];
  for (const backend of backends) {
    await tf.setBackend(backend);
    const found: Record<string, number[]> = {};
    for (const { name, tensors, output } of layerCases()) {
      const names = Object.keys(tensors);
      const step = compile((tensors: NamedTensors) => ({
        output: output(tensors),
        gradients: tf.grads((...values: tf.Tensor[]) =>
          probe(output(Object.fromEntries(names.map((name, i) => [name, values[i]]))))
        )(Object.values(tensors)),
      }));
      for (let call = 0; call < 2; call++) { // recorded, then run
        const result = step(tensors);
        found[`${name} ${call}`] = [result.output, ...result.gradients].flatMap((t) => [...t.dataSync()]);
      }
      step.dispose();
    }
    results.push(found);
  }
  const [first] = results;
  for (const found of results) {
    for (const [name, numbers] of Object.entries(found)) {
      const wanted = first[name.replace(/.$/, "0")];
      assertEquals(numbers.length, wanted.length);
      numbers.forEach((value, i) =>
        assertAlmostEquals(value, wanted[i], 1e-3 * Math.max(1, Math.abs(wanted[i])), name)
      );
    }
  }
});
