import type * as tf from "@tensorflow/tfjs";
import { activate, type Activation } from "./activations.ts";
import type { Initialiser } from "./initialisers.ts";
import { Linear } from "./linear.ts";
import { collectParameters, type Module, type NamedTensors, type ParameterSpecs } from "./parameters.ts";

/** The options of a {@link FeedForward}. */
export interface FeedForwardOptions {
  /** Size of the last axis that comes in and goes out. */
  size: number;
  /** Size of the hidden layer. */
  inner: number;
  /** What follows the hidden layer, or its gate. @default "gelu" */
  activation?: Activation;
  /** Whether a second hidden layer is multiplied by the activated one: SwiGLU with "swish". @default false */
  gated?: boolean;
  /** Whether biases are added. @default true */
  bias?: boolean;
  /** The kernels of the hidden layers. @default glorotUniform */
  kernelInitialiser?: Initialiser;
  /** The kernel of the last layer. @default glorotUniform */
  outputInitialiser?: Initialiser;
}

/**
 * The part of a transformer that treats every place alone: `W2 f(W1 x)`, or gated `W2 (f(Wg x) * W1 x)` (Shazeer, 2020,
 * "GLU Variants Improve Transformer"). Linears: `<name>/hidden`, `<name>/output` and, gated, `<name>/gate`.
 */
export class FeedForward implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #hidden: Linear;
  readonly #gate?: Linear;
  readonly #output: Linear;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: FeedForwardOptions) {
    const { size, inner, gated, bias, kernelInitialiser, outputInitialiser } = options;
    const widen = { inputs: size, units: inner, bias, kernelInitialiser };
    this.#hidden = new Linear(`${name}/hidden`, widen);
    if (gated) this.#gate = new Linear(`${name}/gate`, widen);
    this.#output = new Linear(`${name}/output`, {
      inputs: inner,
      units: size,
      bias,
      kernelInitialiser: outputInitialiser,
    });
    this.parameters = collectParameters(this.#hidden, ...this.#gate ? [this.#gate] : [], this.#output);
  }

  /**
   * Applies it to the last axis.
   *
   * @param x `[.., size]`.
   * @returns The same shape.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const activation = this.options.activation ?? "gelu";
    const hidden = this.#hidden.apply(parameters, x);
    const passed = this.#gate
      ? activate(activation, this.#gate.apply(parameters, x)).mul(hidden)
      : activate(activation, hidden);
    return this.#output.apply(parameters, passed);
  }
}
