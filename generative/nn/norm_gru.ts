import type * as tf from "@tensorflow/tfjs";
import type { GRUOptions } from "./gru.ts";
import { glorotUniform, orthogonal } from "./initialisers.ts";
import { LayerNorm } from "./layer_norm.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { type SequenceOptions, unroll } from "./unroll.ts";

/**
 * The gated recurrent unit of Dreamer's world models (Hafner et al., 2021 and 2023): all gates are layer-normalised
 * together, the reset gates the whole candidate, and the update gate starts low, so that memory lasts:
 * `h' = u c + (1 - u) h` with `c = tanh(r (Wc x + Uc h))` and `u = sigmoid(.. - 1)`. Parameters: `<name>/inputKernel`
 * `[inputs, 3 units]`, `<name>/hiddenKernel` `[units, 3 units]`, `<name>/norm/scale` and `<name>/norm/offset`
 * `[3 units]`; side by side lie reset r, candidate c and update u.
 */
export class NormGRU implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #norm: LayerNorm;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: GRUOptions) {
    const { inputs, units } = options;
    this.#norm = new LayerNorm(`${name}/norm`, { size: 3 * units, epsilon: 1e-3 });
    this.parameters = {
      [`${name}/inputKernel`]: { shape: [inputs, 3 * units], initialiser: glorotUniform },
      [`${name}/hiddenKernel`]: { shape: [units, 3 * units], initialiser: orthogonal },
      ...this.#norm.parameters,
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

  /** The inputs' share of the gates: `[N, inputs]` to `[N, 3 units]`. */
  #project(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { inputs } = this.options;
    if (x.rank !== 2 || x.shape[1] !== inputs) {
      throw new TypeError(`Cannot step "${this.name}": expected [.., ${inputs}], got [${x.shape}]`);
    }
    return x.matMul(parameter(parameters, `${this.name}/inputKernel`) as tf.Tensor2D);
  }

  /** One step from the inputs' share of the gates, `[B, 3 units]`. */
  #advance(parameters: NamedTensors, projected: tf.Tensor, hidden: tf.Tensor): tf.Tensor {
    const kernel = parameter(parameters, `${this.name}/hiddenKernel`) as tf.Tensor2D;
    const gates = this.#norm.apply(parameters, projected.add(hidden.matMul(kernel)));
    const [reset, proposal, update] = gates.split(3, 1);
    const candidate = reset.sigmoid().mul(proposal).tanh();
    return hidden.add(update.sub(1).sigmoid().mul(candidate.sub(hidden)));
  }
}
