import type * as tf from "@tensorflow/tfjs";
import { GatedUnit, type GRUOptions } from "./gated_unit.ts";
import { glorotUniform, orthogonal, zeros } from "./initialisers.ts";
import { type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/**
 * A gated recurrent unit (Cho et al., 2014), in the form of cuDNN and Keras (`reset_after`): `h' = z h + (1 - z) c` with
 * `c = tanh(Wc x + r (Uc h))`. Parameters: `<name>/inputKernel` `[inputs, 3 units]`, `<name>/hiddenKernel`
 * `[units, 3 units]`, `<name>/inputBias` and `<name>/hiddenBias` `[3 units]`; side by side lie update z, reset r and
 * candidate c.
 */
export class GRU extends GatedUnit {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(name: string, options: GRUOptions) {
    super(name, options);
    const { inputs, units } = options;
    this.parameters = {
      [`${name}/inputKernel`]: { shape: [inputs, 3 * units], initialiser: glorotUniform },
      [`${name}/hiddenKernel`]: { shape: [units, 3 * units], initialiser: orthogonal },
      [`${name}/inputBias`]: { shape: [3 * units], initialiser: zeros },
      [`${name}/hiddenBias`]: { shape: [3 * units], initialiser: zeros },
    };
  }

  /** The inputs' share of the gates, bias included. */
  protected override project(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    return super.project(parameters, x).add(parameter(parameters, `${this.name}/inputBias`));
  }

  /** One step, gates in the order z, r, c. */
  protected override advance(parameters: NamedTensors, projected: tf.Tensor, hidden: tf.Tensor): tf.Tensor {
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
