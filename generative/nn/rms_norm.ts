import type * as tf from "@tensorflow/tfjs";
import { ones } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";

/** The options of an {@link RMSNorm}. */
export interface RMSNormOptions {
  /** Size of the last axis. */
  size: number;
  /** Added to the mean square. @default 1e-6 */
  epsilon?: number;
}

/**
 * Root-mean-square normalisation (Zhang and Sennrich, 2019): layer normalisation without mean and offset. Parameter:
 * `<name>/scale` `[size]`.
 */
export class RMSNorm implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the scale under a name; it is made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: RMSNormOptions) {
    this.parameters = { [`${name}/scale`]: { shape: [options.size], initialiser: ones } };
  }

  /**
   * Normalises the last axis.
   *
   * @param x `[.., size]`.
   * @returns The same shape.
   * @throws TypeError when the last axis is not `size` long.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { size, epsilon = 1e-6 } = this.options;
    if (x.shape[x.rank - 1] !== size) {
      throw new TypeError(`Cannot apply "${this.name}": expected [.., ${size}], got [${x.shape}]`);
    }
    return divideByRootMeanSquare(x, epsilon).mul(parameter(parameters, `${this.name}/scale`));
  }
}

/**
 * Pixel normalisation (Karras et al., 2018, "Progressive Growing of GANs", section 4.2): every pixel's channels, or a
 * latent vector, get the mean square 1. Nothing is learned.
 *
 * @param x `[.., C]`.
 * @returns The same shape.
 */
export function pixelNorm(x: tf.Tensor): tf.Tensor {
  return divideByRootMeanSquare(x, 1e-8);
}

function divideByRootMeanSquare(x: tf.Tensor, epsilon: number): tf.Tensor {
  return x.mul(x.square().mean(-1, true).add(epsilon).rsqrt());
}
