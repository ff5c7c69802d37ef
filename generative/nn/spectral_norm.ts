import type * as tf from "@tensorflow/tfjs";
import { stopGradient } from "../runtime/mod.ts";
import { normal } from "./initialisers.ts";
import { type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { type Kernel, type KernelLayer, kernelOf } from "./reparameterised.ts";
import type { Statistics } from "./statistics.ts";

/**
 * A layer whose kernel is divided by its largest singular value, so that the layer stretches nothing by more than 1 (Miyato
 * et al., 2018). The value comes from power iteration, one a training step, on a vector that is kept. Parameters: those of
 * the layer and `<name>/singularVector` `[outputs]`, a statistic.
 */
export class SpectralNorm implements KernelLayer {
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
    const vector = { shape: [spec.shape[outputAxis]], initialiser: normal(1), statistic: true };
    this.parameters = { ...layer.parameters, [`${layer.name}/singularVector`]: vector };
  }

  /**
   * Applies the layer with the divided kernel.
   *
   * @param statistics Takes up the next vector; given in training only. A second pass of a step iterates no more.
   */
  apply(parameters: NamedTensors, x: tf.Tensor, statistics?: Statistics): tf.Tensor {
    const { name, outputAxis } = this.#kernel;
    const kernel = parameter(parameters, name);
    const vectorName = `${this.name}/singularVector`;
    const kept = parameter(parameters, vectorName);
    const latest = statistics?.latest(vectorName, kept) ?? kept;
    const iterate = statistics !== undefined && latest === kept;
    const { value, vector } = largestSingularValue(outputsLast(kernel, outputAxis), latest, iterate);
    if (iterate) statistics.update(vectorName, vector);
    return this.layer.apply({ ...parameters, [name]: kernel.div(value) }, x);
  }
}

/**
 * The largest singular value of a matrix by power iteration; its gradient flows into the matrix alone.
 *
 * @param matrix `[N, outputs]`.
 * @param vector What earlier iterations found, `[outputs]`; any length.
 * @param iterate Whether the vector moves on by one iteration.
 * @returns The value, a scalar, and the vector that belongs to it, `[outputs]`.
 */
export function largestSingularValue(
  matrix: tf.Tensor2D,
  vector: tf.Tensor,
  iterate = true,
): { value: tf.Tensor; vector: tf.Tensor } {
  const fixed = stopGradient(matrix);
  const right = unit(stopGradient(vector).reshape<tf.Tensor2D>([-1, 1]));
  const left = unit(fixed.matMul(right));
  const next = iterate ? unit(fixed.matMul(left, true)) : right;
  return { value: matrix.matMul(next).mul(left).sum(), vector: next.reshape([-1]) };
}

/** A vector `[N, 1]` of length 1. */
function unit(vector: tf.Tensor): tf.Tensor2D {
  return vector.div(vector.square().sum().sqrt().add(1e-12));
}

/** A kernel as a matrix, `[N, outputs]`. */
function outputsLast(kernel: tf.Tensor, outputAxis: number): tf.Tensor2D {
  const axes = kernel.shape.map((_, axis) => axis).filter((axis) => axis !== outputAxis);
  const turned = outputAxis === kernel.rank - 1 ? kernel : kernel.transpose([...axes, outputAxis]);
  return turned.reshape([-1, kernel.shape[outputAxis]!]);
}
