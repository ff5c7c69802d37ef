import * as tf from "@tensorflow/tfjs";
import { initialisers, type Module, type NamedTensors, parameter, type ParameterSpecs } from "../nn/mod.ts";
import type { Normalised } from "./flow.ts";
import { ZeroConv2d } from "./zero_conv2d.ts";

/** What a level puts aside, as standard normal latents, and what it hands on. */
export interface Taken extends Normalised {
  /** What the next level goes on with. */
  rest: tf.Tensor;
}

/** The density of what a level puts aside. */
export interface Prior extends Module {
  take(parameters: NamedTensors, x: tf.Tensor): Taken;
  /** The inverse of {@link Prior.take}. @param rest Missing at the last level. */
  give(parameters: NamedTensors, latents: tf.Tensor, rest?: tf.Tensor): tf.Tensor;
}

/** Half of the channels, with a mean and a deviation for each number, which the other half foresees. */
export class SplitPrior implements Prior {
  readonly parameters: ParameterSpecs;
  readonly #conv: ZeroConv2d;

  constructor(name: string, channels: number) {
    this.#conv = new ZeroConv2d(name, { inputChannels: channels, filters: 2 * channels });
    this.parameters = this.#conv.parameters;
  }

  take(parameters: NamedTensors, x: tf.Tensor): Taken {
    const [rest, aside] = x.split(2, 3);
    const [mean, logDeviation] = this.#conv.apply(parameters, rest).split(2, 3);
    return {
      rest,
      latents: aside.sub(mean).mul(logDeviation.neg().exp()),
      logDeterminant: logDeviation.sum([1, 2, 3]).neg(),
    };
  }

  give(parameters: NamedTensors, latents: tf.Tensor, rest: tf.Tensor): tf.Tensor {
    const [mean, logDeviation] = this.#conv.apply(parameters, rest).split(2, 3);
    return tf.concat([rest, latents.mul(logDeviation.exp()).add(mean)], 3);
  }
}

/** All that is left at the last level, with a mean and a deviation for each channel. */
export class TopPrior implements Prior {
  readonly parameters: ParameterSpecs;

  constructor(readonly name: string, channels: number) {
    const vector = { shape: [channels], initialiser: initialisers.zeros };
    this.parameters = { [`${name}/mean`]: vector, [`${name}/logDeviation`]: vector };
  }

  take(parameters: NamedTensors, x: tf.Tensor): Taken {
    const { mean, logDeviation } = this.#own(parameters);
    const [, height, width] = x.shape;
    return {
      rest: x,
      latents: x.sub(mean).mul(logDeviation.neg().exp()),
      logDeterminant: logDeviation.sum().mul(-height! * width!),
    };
  }

  give(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    const { mean, logDeviation } = this.#own(parameters);
    return latents.mul(logDeviation.exp()).add(mean);
  }

  #own(parameters: NamedTensors) {
    return {
      mean: parameter(parameters, `${this.name}/mean`),
      logDeviation: parameter(parameters, `${this.name}/logDeviation`),
    };
  }
}
