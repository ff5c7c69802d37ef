import type * as tf from "@tensorflow/tfjs";
import { constant } from "./initialisers.ts";
import { Linear } from "./linear.ts";
import {
  collectParameters,
  type Module,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "./parameters.ts";

/** The options of a {@link GatedResidual}. */
export interface GatedResidualOptions {
  /** Size of the last axis. */
  size: number;
  /** How firmly the input is kept at first: taken from the gate's logit. @default 2 */
  keepBias?: number;
}

/**
 * What takes the place of a sum with the input where a transformer learns from rewards (Parisotto et al., 2020, "GTrXL",
 * section 3.2, the GRU's gate): `(1 - z) x + z tanh(Wg y + Ug (r x))`. It starts close to `x` itself, so that the layers
 * can be learned one after another. Linears: `<name>/output` of y, `<name>/input` of x (reset and update side by side),
 * `<name>/candidate` of the reset x.
 */
export class GatedResidual implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #output: Linear;
  readonly #input: Linear;
  readonly #candidate: Linear;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: GatedResidualOptions) {
    const { size } = options;
    this.#output = new Linear(`${name}/output`, { inputs: size, units: 3 * size, bias: false });
    this.#input = new Linear(`${name}/input`, { inputs: size, units: 2 * size, bias: false });
    this.#candidate = new Linear(`${name}/candidate`, { inputs: size, units: size, bias: false });
    const keep = { shape: [size], initialiser: constant(options.keepBias ?? 2) };
    this.parameters = {
      ...collectParameters(this.#output, this.#input, this.#candidate),
      [`${name}/keepBias`]: keep,
    };
  }

  /**
   * Joins a part's input and output.
   *
   * @param x What went into the part, `[.., size]`.
   * @param y What came out of it, the same shape.
   * @returns The same shape.
   */
  apply(parameters: NamedTensors, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
    const { size } = this.options;
    const [outputGates, proposal] = this.#output.apply(parameters, y).split([2 * size, size], -1);
    const [reset, update] = outputGates.add(this.#input.apply(parameters, x)).split(2, -1);
    const candidate = proposal.add(this.#candidate.apply(parameters, reset.sigmoid().mul(x))).tanh();
    const gate = update.sub(parameter(parameters, `${this.name}/keepBias`)).sigmoid();
    return x.add(gate.mul(candidate.sub(x)));
  }
}
