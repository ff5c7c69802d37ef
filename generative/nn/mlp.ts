import type * as tf from "@tensorflow/tfjs";
import { activate, type Activation } from "./activations.ts";
import type { Initialiser } from "./initialisers.ts";
import { Linear } from "./linear.ts";
import { collectParameters, type Module, type NamedTensors, type ParameterSpecs } from "./parameters.ts";

/** The options of an {@link MLP}. */
export interface MLPOptions {
  /** Size of the last axis that comes in. */
  inputs: number;
  /** Sizes of the hidden layers; empty makes it linear. */
  hidden: readonly number[];
  /** Size of the last axis that goes out. */
  outputs: number;
  /** What follows each hidden layer. @default "elu" */
  activation?: Activation;
  /** The kernels of the hidden layers. @default glorotUniform */
  hiddenInitialiser?: Initialiser;
  /** The kernel of the last layer; `zeros` lets it start silent. @default glorotUniform */
  outputInitialiser?: Initialiser;
  /** The bias of the last layer. @default zeros */
  outputBiasInitialiser?: Initialiser;
}

/** A multi-layer perceptron: `<name>/hidden1`, `<name>/hidden2`, .., `<name>/output`, each a {@link Linear}. */
export class MLP implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #hidden: Linear[];
  readonly #output: Linear;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: MLPOptions) {
    const { hidden, outputs, hiddenInitialiser, outputInitialiser, outputBiasInitialiser } = options;
    let inputs = options.inputs;
    this.#hidden = hidden.map((units, i) => {
      const layer = new Linear(`${name}/hidden${i + 1}`, {
        inputs,
        units,
        kernelInitialiser: hiddenInitialiser,
      });
      inputs = units;
      return layer;
    });
    this.#output = new Linear(`${name}/output`, {
      inputs,
      units: outputs,
      kernelInitialiser: outputInitialiser,
      biasInitialiser: outputBiasInitialiser,
    });
    this.parameters = collectParameters(...this.#hidden, this.#output);
  }

  /**
   * Applies all layers to the last axis.
   *
   * @param x `[.., inputs]`.
   * @returns `[.., outputs]`, without an activation at the end.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    for (const layer of this.#hidden) {
      x = activate(this.options.activation ?? "elu", layer.apply(parameters, x));
    }
    return this.#output.apply(parameters, x);
  }
}
