import type * as tf from "@tensorflow/tfjs";
import { glorotUniform, orthogonal, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { type SequenceOptions, unroll } from "./unroll.ts";

/** The options of a {@link GRU} and of a normalised one. */
export interface GRUOptions {
  /** Size of the last axis that comes in. */
  inputs: number;
  /** Size of the state. */
  units: number;
}

/**
 * A gated recurrent unit (Cho et al., 2014), in the form of cuDNN and Keras (`reset_after`): `h' = z h + (1 - z) c` with
 * `c = tanh(Wc x + r (Uc h))`. Parameters: `<name>/inputKernel` `[inputs, 3 units]`, `<name>/hiddenKernel`
 * `[units, 3 units]`, `<name>/inputBias` and `<name>/hiddenBias` `[3 units]`; side by side lie update z, reset r and
 * candidate c.
 */
export class GRU implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: GRUOptions) {
    const { inputs, units } = options;
    this.parameters = {
      [`${name}/inputKernel`]: { shape: [inputs, 3 * units], initialiser: glorotUniform },
      [`${name}/hiddenKernel`]: { shape: [units, 3 * units], initialiser: orthogonal },
      [`${name}/inputBias`]: { shape: [3 * units], initialiser: zeros },
      [`${name}/hiddenBias`]: { shape: [3 * units], initialiser: zeros },
    };
  }

  /**
   * One step.
   *
   * @param x `[B, inputs]`.
   * @param hidden The state, `[B, units]`; zeros at first.
   * @returns The next state, which is the output as well, `[B, units]`.
   */
  step(parameters: NamedTensors, x: tf.Tensor, hidden: tf.Tensor): tf.Tensor {
    return this.#advance(parameters, this.#project(parameters, x), hidden);
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
    return unroll(this.#project(parameters, xs.reshape([time * batch, -1])), hidden, {
      ...options,
      time,
      advance: (projected, hidden) => this.#advance(parameters, projected, hidden),
      scale: (hidden, factors) => hidden.mul(factors),
      output: (hidden) => hidden,
    });
  }

  /** The inputs' share of the gates, bias included: `[N, inputs]` to `[N, 3 units]`. */
  #project(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { inputs } = this.options;
    if (x.rank !== 2 || x.shape[1] !== inputs) {
      throw new TypeError(`Cannot step "${this.name}": expected [.., ${inputs}], got [${x.shape}]`);
    }
    const kernel = parameter(parameters, `${this.name}/inputKernel`) as tf.Tensor2D;
    return x.matMul(kernel).add(parameter(parameters, `${this.name}/inputBias`));
  }

  /** One step from the inputs' share of the gates, `[B, 3 units]`. */
  #advance(parameters: NamedTensors, projected: tf.Tensor, hidden: tf.Tensor): tf.Tensor {
    const { units } = this.options;
    const kernel = parameter(parameters, `${this.name}/hiddenKernel`) as tf.Tensor2D;
    const recalled = hidden.matMul(kernel)
      .add(parameter(parameters, `${this.name}/hiddenBias`));
    const [seenGates, seen] = projected.split([2 * units, units], 1);
    const [recalledGates, remembered] = recalled.split([2 * units, units], 1);
    const [update, reset] = seenGates.add(recalledGates).sigmoid().split(2, 1);
    const candidate = seen.add(reset.mul(remembered)).tanh();
    return candidate.add(update.mul(hidden.sub(candidate)));
  }
}
