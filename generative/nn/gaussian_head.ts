import type * as tf from "@tensorflow/tfjs";
import { Linear, type LinearOptions } from "./linear.ts";
import { collectParameters, type Module, type NamedTensors, type ParameterSpecs } from "./parameters.ts";

/**
 * What turns features into the Gaussian of a variational autoencoder, N(mu, exp(logVar)), a variance for each dimension.
 * Parameters: those of the layers `<name>/mu` and `<name>/logVar`.
 */
export class GaussianHead implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #mu: Linear;
  readonly #logVar: Linear;

  /** Declares both layers; `units` is the number of dimensions, Z. */
  constructor(readonly name: string, { inputs, units }: Pick<LinearOptions, "inputs" | "units">) {
    this.#mu = new Linear(`${name}/mu`, { inputs, units });
    this.#logVar = new Linear(`${name}/logVar`, { inputs, units });
    this.parameters = collectParameters(this.#mu, this.#logVar);
  }

  /**
   * Features `[.., inputs]` to means and logarithms of variances, `[.., Z]` each.
   *
   * @throws TypeError when the last axis is not `inputs` long.
   */
  apply(parameters: NamedTensors, features: tf.Tensor): { mu: tf.Tensor; logVar: tf.Tensor } {
    return { mu: this.#mu.apply(parameters, features), logVar: this.#logVar.apply(parameters, features) };
  }
}
