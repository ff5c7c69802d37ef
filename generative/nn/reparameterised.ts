import type * as tf from "@tensorflow/tfjs";
import { ConvTranspose2d } from "./conv_transpose2d.ts";
import type { Module, NamedTensors, ParameterSpec } from "./parameters.ts";

/** A layer with one kernel, or table, that another may stand in for: Linear, Conv2d, ConvTranspose2d, Embedding. */
export interface KernelLayer extends Module {
  /** The name before those of its parameters. */
  readonly name: string;
  /** Computes with the parameters that it is handed. */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor;
}

/** What a layer learns most of. */
export interface Kernel {
  /** The full name of the parameter. */
  name: string;
  /** The declaration of the parameter. */
  spec: ParameterSpec;
  /** The axis that runs over what comes out. */
  outputAxis: number;
}

/** The kernel of a layer, or the table of an embedding. @throws TypeError when it has neither. */
export function kernelOf(layer: KernelLayer): Kernel {
  const name = ["kernel", "table"].map((part) => `${layer.name}/${part}`).find((n) => n in layer.parameters);
  if (name === undefined) {
    throw new TypeError(
      `Cannot find the kernel of "${layer.name}": expected a parameter "${layer.name}/kernel"`,
    );
  }
  const spec = layer.parameters[name];
  return { name, spec, outputAxis: layer instanceof ConvTranspose2d ? 2 : spec.shape.length - 1 };
}
