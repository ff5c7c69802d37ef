import type * as tf from "@tensorflow/tfjs";
import { ones } from "./initialisers.ts";
import { type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { type Kernel, type KernelLayer, kernelOf } from "./reparameterised.ts";

/**
 * A layer whose kernel is a direction times a gain for each output (Salimans and Kingma, 2016). Parameters: those of the
 * layer, of which the kernel is the direction, and `<name>/gain` `[outputs]`.
 */
export class WeightNorm implements KernelLayer {
  /** That of the layer. */
  readonly name: string;
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #kernel: Kernel;

  /** Wraps a layer; the parameters are made by `initialiseParameters`. */
  constructor(readonly layer: KernelLayer) {
    this.name = layer.name;
    this.#kernel = kernelOf(layer);
    const { spec, outputAxis } = this.#kernel;
    const gain = { shape: [spec.shape[outputAxis]], initialiser: ones };
    this.parameters = { ...layer.parameters, [`${layer.name}/gain`]: gain };
  }

  /** Applies the layer with the normalised kernel. */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { name, outputAxis } = this.#kernel;
    const gain = parameter(parameters, `${this.name}/gain`);
    const kernel = normaliseWeights(parameter(parameters, name), gain, outputAxis);
    return this.layer.apply({ ...parameters, [name]: kernel }, x);
  }
}

/**
 * `gain kernel / |kernel|`, for each output.
 *
 * @param gain `[outputs]`.
 * @param outputAxis The kernel's axis of that size.
 */
export function normaliseWeights(kernel: tf.Tensor, gain: tf.Tensor, outputAxis: number): tf.Tensor {
  const others = kernel.shape.map((_, axis) => axis).filter((axis) => axis !== outputAxis);
  const inverse = kernel.square().sum(others, true).add(1e-12).rsqrt();
  return kernel.mul(inverse.mul(gain.reshape(inverse.shape)));
}
