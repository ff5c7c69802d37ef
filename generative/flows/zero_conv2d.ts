import type * as tf from "@tensorflow/tfjs";
import {
  Conv2d,
  initialisers,
  type Module,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../nn/mod.ts";

/** A 3x3 convolution that starts at 0, times a learned `exp(3 l)` for each channel. */
export class ZeroConv2d implements Module {
  readonly parameters: ParameterSpecs;
  readonly #conv: Conv2d;

  constructor(readonly name: string, { inputChannels, filters }: { inputChannels: number; filters: number }) {
    this.#conv = new Conv2d(name, {
      inputChannels,
      filters,
      kernelSize: 3,
      padding: "same",
      kernelInitialiser: initialisers.zeros,
    });
    const logScale = { shape: [filters], initialiser: initialisers.zeros };
    this.parameters = { ...this.#conv.parameters, [`${name}/logScale`]: logScale };
  }

  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    return this.#conv.apply(parameters, x).mul(parameter(parameters, `${this.name}/logScale`).mul(3).exp());
  }
}
