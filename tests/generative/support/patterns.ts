import * as tf from "@tensorflow/tfjs";
import type { NamedTensors, ParameterSpecs } from "../../../generative/nn/mod.ts";

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

/** A pattern for each parameter. */
export function patterns(specs: ParameterSpecs): NamedTensors {
  return Object.fromEntries(Object.entries(specs).map(([name, { shape }], i) => [name, pattern(shape, i)]));
}

/** A scalar that depends on every element of an output in its own way. */
export function probe(output: tf.Tensor): tf.Tensor {
  return tf.sum(output.mul(pattern(output.shape, 7)));
}
