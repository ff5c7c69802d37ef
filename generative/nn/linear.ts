import type * as tf from "@tensorflow/tfjs";
import { addBias } from "./bias.ts";
import { glorotUniform, type Initialiser, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/** The options of a {@link Linear}. */
export interface LinearOptions {
  /** Size of the last axis that comes in. */
  inputs: number;
  /** Size of the last axis that goes out. */
  units: number;
  /** Whether a bias is added. @default true */
  bias?: boolean;
  /** How the kernel starts. @default glorotUniform */
  kernelInitialiser?: Initialiser;
  /** How the bias starts. @default zeros */
  biasInitialiser?: Initialiser;
}

/** `x W + b`. Parameters: `<name>/kernel` `[inputs, units]`, `<name>/bias` `[units]`. */
export class Linear implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: LinearOptions) {
    const { inputs, units, bias = true, kernelInitialiser = glorotUniform, biasInitialiser = zeros } =
      options;
    this.parameters = { [`${name}/kernel`]: { shape: [inputs, units], initialiser: kernelInitialiser } };
    if (bias) this.parameters[`${name}/bias`] = { shape: [units], initialiser: biasInitialiser };
  }

  /**
   * Applies it to the last axis.
   *
   * @param x `[.., inputs]`.
   * @returns `[.., units]`.
   * @throws TypeError when the last axis is not `inputs` long.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { inputs, units, bias = true } = this.options;
    if (x.shape[x.rank - 1] !== inputs) {
      throw new TypeError(`Cannot apply "${this.name}": expected [.., ${inputs}], got [${x.shape}]`);
    }
    // Two axes for the product: matMul's gradient fails on broadcast operands.
    const rows = x.rank === 2 ? x as tf.Tensor2D : x.reshape<tf.Tensor2D>([-1, inputs]);
    let y: tf.Tensor = rows.matMul(parameter(parameters, `${this.name}/kernel`) as tf.Tensor2D);
    if (bias) y = addBias(y, parameter(parameters, `${this.name}/bias`));
    return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), units]);
  }
}
