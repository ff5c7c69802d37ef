import * as tf from "@tensorflow/tfjs";
import { glorotUniform, type Initialiser, orthogonal, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { type SequenceOptions, unroll } from "./unroll.ts";

/** What an {@link LSTM} remembers. */
export interface LSTMState {
  /** Its output of the last step, `[B, units]`. */
  hidden: tf.Tensor;
  /** Its memory cells, `[B, units]`. */
  cell: tf.Tensor;
}

/** The options of an {@link LSTM}. */
export interface LSTMOptions {
  /** Size of the last axis that comes in. */
  inputs: number;
  /** Size of the state. */
  units: number;
  /** Added to the forget gate when it is computed, so that memory lasts from the start. @default 1 */
  forgetBias?: number;
  /** How the input kernel starts. @default glorotUniform */
  inputInitialiser?: Initialiser;
  /** How the hidden kernel starts. @default orthogonal */
  hiddenInitialiser?: Initialiser;
}

/**
 * Long short-term memory. Parameters: `<name>/inputKernel` `[inputs, 4 units]`, `<name>/hiddenKernel`
 * `[units, 4 units]`, `<name>/bias` `[4 units]`; the gates lie side by side as input, candidate, forget, output.
 */
export class LSTM implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: LSTMOptions) {
    const { inputs, units, inputInitialiser = glorotUniform, hiddenInitialiser = orthogonal } = options;
    this.parameters = {
      [`${name}/inputKernel`]: { shape: [inputs, 4 * units], initialiser: inputInitialiser },
      [`${name}/hiddenKernel`]: { shape: [units, 4 * units], initialiser: hiddenInitialiser },
      [`${name}/bias`]: { shape: [4 * units], initialiser: zeros },
    };
  }

  /** The state that knows nothing: zeros, `[batch, units]` each. */
  zeroState(batch: number): LSTMState {
    const shape = [batch, this.options.units];
    return { hidden: tf.zeros(shape), cell: tf.zeros(shape) };
  }

  /**
   * One step.
   *
   * @param x `[B, inputs]`.
   */
  step(parameters: NamedTensors, x: tf.Tensor, state: LSTMState): LSTMState {
    return this.#advance(parameters, this.#project(parameters, x), state);
  }

  /**
   * Many steps. What depends on the inputs alone is computed for all of them in one product.
   *
   * @param xs `[T, B, inputs]`.
   * @returns The outputs `[T, B, units]` and the state after the last step.
   */
  sequence(
    parameters: NamedTensors,
    xs: tf.Tensor,
    state: LSTMState,
    options: SequenceOptions = {},
  ): { outputs: tf.Tensor; state: LSTMState } {
    const [time, batch] = xs.shape;
    return unroll(this.#project(parameters, xs.reshape([time * batch, -1])), state, {
      ...options,
      time,
      advance: (projected, state) => this.#advance(parameters, projected, state),
      scale: ({ hidden, cell }, factors) => ({ hidden: hidden.mul(factors), cell: cell.mul(factors) }),
      output: ({ hidden }) => hidden,
    });
  }

  /** The inputs' share of the gates, bias included: `[N, inputs]` to `[N, 4 units]`. */
  #project(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { inputs } = this.options;
    if (x.rank !== 2 || x.shape[1] !== inputs) {
      throw new TypeError(`Cannot step "${this.name}": expected [.., ${inputs}], got [${x.shape}]`);
    }
    const kernel = parameter(parameters, `${this.name}/inputKernel`) as tf.Tensor2D;
    return x.matMul(kernel).add(parameter(parameters, `${this.name}/bias`));
  }

  /** One step from the inputs' share of the gates, `[B, 4 units]`. */
  #advance(parameters: NamedTensors, projected: tf.Tensor, { hidden, cell }: LSTMState): LSTMState {
    const kernel = parameter(parameters, `${this.name}/hiddenKernel`) as tf.Tensor2D;
    const gates = projected.add(hidden.matMul(kernel));
    const [input, candidate, forget, output] = gates.split(4, 1);
    const kept = cell.mul(forget.add(this.options.forgetBias ?? 1).sigmoid());
    const next = kept.add(input.sigmoid().mul(candidate.tanh()));
    return { hidden: output.sigmoid().mul(next.tanh()), cell: next };
  }
}
