import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { disposeTensors, type NamedTensors, valueAndGradients } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

export { pattern, patterns, probe } from "./patterns.ts";

/** The backends that gradients are checked on: the one that the lab chose here, and plain CPU. */
export const backends = [...new Set([(await startBackend()).name, "cpu"])];

/**
 * Compares the gradient of a scalar with central differences, for every element of every tensor.
 *
 * @param tolerance Largest difference, absolute up to 1 and relative above.
 */
export function checkGradients(
  scalar: (tensors: NamedTensors) => tf.Tensor,
  tensors: NamedTensors,
  { step = 1e-2, tolerance = 3e-3 } = {},
): void {
  const { value, gradients } = valueAndGradients((inputs) => ({ loss: scalar(inputs) }), tensors);
  for (const [name, tensor] of Object.entries(tensors)) {
    const numbers = Float32Array.from(tensor.dataSync());
    const exact = gradients[name].dataSync();
    const at = (i: number, change: number) =>
      tf.tidy(() => {
        const moved = numbers.slice();
        moved[i] += change;
        return scalar({ ...tensors, [name]: tf.tensor(moved, tensor.shape) }).dataSync()[0];
      });
    for (let i = 0; i < numbers.length; i++) {
      const estimate = (at(i, step) - at(i, -step)) / (2 * step);
      const allowed = tolerance * Math.max(1, Math.abs(estimate));
      assert(
        Math.abs(estimate - exact[i]) <= allowed,
        `${tf.getBackend()}: the gradient of ${name}[${i}] is ${
          exact[i]
        }, finite differences give ${estimate}`,
      );
    }
  }
  disposeTensors(gradients);
  disposeTensors(value);
}
