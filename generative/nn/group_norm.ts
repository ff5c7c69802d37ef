import type * as tf from "@tensorflow/tfjs";
import { ones, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import { standardise } from "./standardise.ts";

/** The options of a {@link GroupNorm}. */
export interface GroupNormOptions {
  /** Size of the last axis. */
  channels: number;
  /** Into how many groups the channels are parted; 1 normalises a whole example, `channels` each channel alone. */
  groups: number;
  /** Added to the variance. @default 1e-5 */
  epsilon?: number;
  /** Whether a scale and an offset are learned; not where a condition gives them. @default true */
  affine?: boolean;
}

/**
 * Group normalisation (Wu and He, 2018): within each example, each group of neighbouring channels gets mean 0 and
 * variance 1 over all places. With as many groups as channels it is instance normalisation (Ulyanov et al., 2016).
 * Parameters: `<name>/scale` and `<name>/offset` `[channels]`.
 */
export class GroupNorm implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /**
   * Declares the parameters under a name; they are made by `initialiseParameters`.
   *
   * @throws RangeError when the channels cannot be parted into the groups.
   */
  constructor(readonly name: string, readonly options: GroupNormOptions) {
    const { channels, groups, affine = true } = options;
    if (!(Number.isInteger(groups) && groups > 0 && channels % groups === 0)) {
      throw new RangeError(`Cannot make "${name}": expected groups that divide ${channels}, got ${groups}`);
    }
    const shape = [channels];
    this.parameters = {};
    if (affine) {
      this.parameters[`${name}/scale`] = { shape, initialiser: ones };
      this.parameters[`${name}/offset`] = { shape, initialiser: zeros };
    }
  }

  /**
   * Normalises each example.
   *
   * @param x `[B, .., channels]`.
   * @returns The same shape.
   * @throws TypeError when the channels do not fit.
   */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { channels, groups, epsilon = 1e-5, affine = true } = this.options;
    if (x.rank < 2 || x.shape[x.rank - 1] !== channels) {
      throw new TypeError(`Cannot apply "${this.name}": expected [B, .., ${channels}], got [${x.shape}]`);
    }
    const grouped = x.reshape([x.shape[0], -1, groups, channels / groups]);
    const { centred, inverse } = standardise(grouped, { axes: [1, 3], epsilon, keepDims: true });
    const standard = centred.mul(inverse).reshape(x.shape);
    if (!affine) return standard;
    return standard.mul(parameter(parameters, `${this.name}/scale`))
      .add(parameter(parameters, `${this.name}/offset`));
  }
}
