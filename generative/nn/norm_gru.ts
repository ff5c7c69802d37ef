import type * as tf from "@tensorflow/tfjs";
import { GatedUnit, type GRUOptions } from "./gated_unit.ts";
import { glorotUniform, orthogonal } from "./initialisers.ts";
import { LayerNorm } from "./layer_norm.ts";
import { type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/**
 * The gated recurrent unit of Dreamer's world models (Hafner et al., 2021 and 2023): all gates are layer-normalised
 * together, the reset gates the whole candidate, and the update gate starts low, so that memory lasts:
 * `h' = u c + (1 - u) h` with `c = tanh(r (Wc x + Uc h))` and `u = sigmoid(.. - 1)`. Parameters: `<name>/inputKernel`
 * `[inputs, 3 units]`, `<name>/hiddenKernel` `[units, 3 units]`, `<name>/norm/scale` and `<name>/norm/offset`
 * `[3 units]`; side by side lie reset r, candidate c and update u.
 */
export class NormGRU extends GatedUnit {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #norm: LayerNorm;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(name: string, options: GRUOptions) {
    super(name, options);
    const { inputs, units } = options;
    this.#norm = new LayerNorm(`${name}/norm`, { size: 3 * units, epsilon: 1e-3 });
    this.parameters = {
      [`${name}/inputKernel`]: { shape: [inputs, 3 * units], initialiser: glorotUniform },
      [`${name}/hiddenKernel`]: { shape: [units, 3 * units], initialiser: orthogonal },
      ...this.#norm.parameters,
    };
  }

  /** One step, gates in the order r, c, u. */
  protected override advance(parameters: NamedTensors, projected: tf.Tensor, hidden: tf.Tensor): tf.Tensor {
    const kernel = parameter(parameters, `${this.name}/hiddenKernel`) as tf.Tensor2D;
    const gates = this.#norm.apply(parameters, projected.add(hidden.matMul(kernel)));
    const [reset, proposal, update] = gates.split(3, 1);
    const candidate = reset.sigmoid().mul(proposal).tanh();
    return hidden.add(update.sub(1).sigmoid().mul(candidate.sub(hidden)));
  }
}
