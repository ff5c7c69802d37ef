import type * as tf from "@tensorflow/tfjs";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { type SequenceOptions, unroll } from "./unroll.ts";

/** The options of a gated unit. */
export interface GRUOptions {
  /** Size of the last axis that comes in. */
  inputs: number;
  /** Size of the state. */
  units: number;
}

/**
 * A recurrent layer whose state is its output, with gates that the inputs and the state share in. The kernel of the
 * inputs, `<name>/inputKernel` `[inputs, 3 units]`, is the subclass's to declare.
 */
export abstract class GatedUnit implements Module {
  /** The parameters by full name. */
  abstract readonly parameters: ParameterSpecs;

  /** Names it; a subclass declares the parameters. */
  constructor(readonly name: string, readonly options: GRUOptions) {}

  /**
   * One step.
   *
   * @param x `[B, inputs]`.
   * @param hidden The state, `[B, units]`; zeros at first.
   * @returns The next state, which is the output as well, `[B, units]`.
   */
  step(parameters: NamedTensors, x: tf.Tensor, hidden: tf.Tensor): tf.Tensor {
    return this.advance(parameters, this.project(parameters, x), hidden);
  }

  /**
   * Many steps. What depends on the inputs alone is computed for all of them in one product.
   *
   * @param xs `[T, B, inputs]`.
   * @param hidden The state before the first, `[B, units]`.
   * @returns The outputs `[T, B, units]` and the state after the last step.
   */
  sequence(
    parameters: NamedTensors,
    xs: tf.Tensor,
    hidden: tf.Tensor,
    options: SequenceOptions = {},
  ): { outputs: tf.Tensor; state: tf.Tensor } {
    const [time, batch] = xs.shape;
    return unroll(this.project(parameters, xs.reshape([time * batch, -1])), hidden, {
      ...options,
      time,
      advance: (projected, hidden) => this.advance(parameters, projected, hidden),
      scale: (hidden, factors) => hidden.mul(factors),
      output: (hidden) => hidden,
    });
  }

  /** The inputs' share of the gates: `[N, inputs]` to `[N, 3 units]`. */
  protected project(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { inputs } = this.options;
    if (x.rank !== 2 || x.shape[1] !== inputs) {
      throw new TypeError(`Cannot step "${this.name}": expected [.., ${inputs}], got [${x.shape}]`);
    }
    return x.matMul(parameter(parameters, `${this.name}/inputKernel`) as tf.Tensor2D);
  }

  /** One step from the inputs' share of the gates, `[B, 3 units]`. */
  protected abstract advance(parameters: NamedTensors, projected: tf.Tensor, hidden: tf.Tensor): tf.Tensor;
}
