import type * as tf from "@tensorflow/tfjs";
import { initialisers, type NamedTensors, parameter, type ParameterSpecs } from "../nn/mod.ts";
import type { ExampleScale } from "./diffusion.ts";

/** Examples as they are: standardised points. */
export const UNSCALED: ExampleScale = { parameters: {}, apply: (_, x) => x, invert: (_, x) => x };

/** Bytes, int32 0 .. 255, as -1 .. 1. */
export const SIGNED_PIXELS: ExampleScale = {
  parameters: {},
  apply: (_, bytes) => bytes.toFloat().div(127.5).sub(1),
  invert: (_, x) => x.add(1).div(2),
};

/**
 * Bytes as 0 .. 1, standardised channel by channel by all pictures that are learned from (Keras's `Normalization`).
 * Parameters: `scale/mean` and `scale/variance` `[C]`, statistics.
 */
export class ChannelScale implements ExampleScale {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** @param measured Mean and variance of each channel; missing, they are 0 and 1 until they are put in place. */
  constructor(channels: number) {
    const statistic = (initialiser: typeof initialisers.zeros) => ({
      shape: [channels],
      initialiser,
      statistic: true,
    });
    this.parameters = {
      "scale/mean": statistic(initialisers.zeros),
      "scale/variance": statistic(initialisers.ones),
    };
  }

  /** @param bytes int32 `[B, H, W, C]`, 0 .. 255. */
  apply(parameters: NamedTensors, bytes: tf.Tensor): tf.Tensor {
    const { mean, deviation } = moments(parameters);
    return bytes.toFloat().div(255).sub(mean).div(deviation);
  }

  /** @param x `[B, H, W, C]`. */
  invert(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { mean, deviation } = moments(parameters);
    return x.mul(deviation).add(mean);
  }
}

/** Mean and variance of each channel of pictures, in units of 255. @param pictures `[.., C]`, 0 .. 255. */
export function channelMoments(
  pictures: Uint8Array,
  channels: number,
): { mean: number[]; variance: number[] } {
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  for (let i = 0; i < pictures.length; i++) {
    const value = pictures[i] / 255;
    sums[i % channels] += value;
    squares[i % channels] += value * value;
  }
  const count = pictures.length / channels;
  const mean = Array.from(sums, (sum) => sum / count);
  return { mean, variance: Array.from(squares, (sum, c) => sum / count - mean[c] ** 2) };
}

const EPSILON = 1e-7;

function moments(parameters: NamedTensors): { mean: tf.Tensor; deviation: tf.Tensor } {
  return {
    mean: parameter(parameters, "scale/mean"),
    deviation: parameter(parameters, "scale/variance").add(EPSILON).sqrt(),
  };
}
