import type * as tf from "@tensorflow/tfjs";
import { ones, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { standardise } from "./standardise.ts";

/** The options of a {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Size of the last axis. */
  size: number;
  /** Added to the variance. @default 1e-5 */
  epsilon?: number;
  /** Whether an offset is learned beside the scale. @default true */
  bias?: boolean;
}

/**
 * Layer normalisation (Ba et al., 2016): every vector along the last axis gets mean 0 and variance 1, then a learned
 * scale and offset. Parameters: `<name>/scale` and `<name>/offset` `[size]`.
 */
export class LayerNorm implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: LayerNormOptions) {
    const shape = [options.size];
    this.parameters = { [`${name}/scale`]: { shape, initialiser: ones } };
    if (options.bias ?? true) this.parameters[`${name}/offset`] = { shape, initialiser: zeros };
  }

  /**
   * Normalises the last axis.
   *
   * @param x `[.., size]`.
   * @returns The same shape.
   * @throws TypeError when the last axis is not `size` long.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { size, epsilon = 1e-5, bias = true } = this.options;
    if (x.shape[x.rank - 1] !== size) {
      throw new TypeError(`Cannot apply "${this.name}": expected [.., ${size}], got [${x.shape}]`);
    }
    const { centred, inverse } = standardise(x, { axes: [x.rank - 1], epsilon, keepDims: true });
    const scaled = centred.mul(inverse).mul(parameter(parameters, `${this.name}/scale`));
    return bias ? scaled.add(parameter(parameters, `${this.name}/offset`)) : scaled;
  }
}
