import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { disposeTensors, type NamedTensors, valueAndGradients } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";

/** The backends that gradients are checked on: the one that the lab chose here, and plain CPU. */
export const backends = [...new Set([(await startBackend()).name, "cpu"])];

/** Numbers of a fixed pattern between -1 and 1, none near zero. */
export function pattern(shape: number[], seed = 0): tf.Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const value = (i: number) => {
    const x = Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 437.585453;
    const unit = 2 * (x - Math.floor(x)) - 1;
    return Math.abs(unit) < 0.1 ? 0.1 : unit;
  };
  return tf.tensor(Float32Array.from({ length: count }, (_, i) => value(i)), shape);
}

/** A scalar that depends on every element of an output in its own way. */
export function probe(output: tf.Tensor): tf.Tensor {
  return tf.sum(output.mul(pattern(output.shape, 7)));
}

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
