import * as tf from "@tensorflow/tfjs";
import { assertLess } from "@std/assert";
import { type Losses, valueAndGradients } from "../../generative/nn/gradients.ts";
import type { NamedTensors } from "../../generative/nn/parameters.ts";

/** Asserts that the gradient along itself is what a central difference of the loss says, within 2 %. */
export function checkGradients(
  loss: (parameters: NamedTensors) => Losses,
  parameters: NamedTensors,
  { length = 1e-2 } = {},
): void {
  tf.tidy(() => {
    const { gradients } = valueAndGradients(loss, parameters);
    for (const name of Object.keys(parameters)) {
      const norm = tf.norm(gradients[name]).dataSync()[0];
      if (norm < 1e-3) continue;
      const step = gradients[name].div(norm).mul(length);
      const value = (sign: number) =>
        loss({ ...parameters, [name]: parameters[name].add(step.mul(sign)) }).loss.dataSync()[0];
      const slope = (value(1) - value(-1)) / (2 * length);
      assertLess(Math.abs(slope - norm), 0.02 * norm + 2e-3, `${name}: slope ${slope}, gradient ${norm}`);
    }
  });
}
