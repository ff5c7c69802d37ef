import type * as tf from "@tensorflow/tfjs";
import { normal } from "./initialisers.ts";
import { type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { type Kernel, type KernelLayer, kernelOf } from "./reparameterised.ts";

/** The options of an {@link EqualisedRate}. */
export interface EqualisedRateOptions {
  /** Deviation of the outputs at the start, for inputs of deviation 1. @default sqrt(2), for a ReLU that follows */
  gain?: number;
  /** Factor of the learning rate that kernel and bias feel (0.01 in StyleGAN's mapping). @default 1 */
  rate?: number;
}

/**
 * A layer whose kernel is stored with deviation `1 / rate` and scaled when it is used, so that Adam moves all weights of a
 * network at one relative speed (Karras et al., 2018, "Progressive Growing of GANs", section 4.1). Parameters: those of
 * the layer.
 */
export class EqualisedRate implements KernelLayer {
  /** That of the layer. */
  readonly name: string;
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #kernel: Kernel;
  readonly #scale: number;

  /** Wraps a layer; the parameters are made by `initialiseParameters`. */
  constructor(readonly layer: KernelLayer, readonly options: EqualisedRateOptions = {}) {
    const { gain = Math.SQRT2, rate = 1 } = options;
    this.name = layer.name;
    this.#kernel = kernelOf(layer);
    const { name, spec: { shape }, outputAxis } = this.#kernel;
    const fanIn = shape.reduce((product, size) => product * size, 1) / shape[outputAxis];
    this.#scale = gain * rate / Math.sqrt(fanIn);
    this.parameters = { ...layer.parameters, [name]: { shape, initialiser: normal(1 / rate) } };
  }

  /** Applies the layer with the scaled kernel and bias. */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { name } = this.#kernel;
    const scaled = { ...parameters, [name]: parameter(parameters, name).mul(this.#scale) };
    const bias = `${this.name}/bias`;
    if (bias in this.parameters) scaled[bias] = parameter(parameters, bias).mul(this.options.rate ?? 1);
    return this.layer.apply(scaled, x);
  }
}
