import type * as tf from "@tensorflow/tfjs";
import { normaliseBatch } from "./fused_batch_norm.ts";
import { ones, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import type { Statistics } from "./statistics.ts";

/** The options of a {@link BatchNorm}. */
export interface BatchNormOptions {
  /** Size of the last axis. */
  channels: number;
  /** How much of the moving mean and variance is kept each step. @default 0.99 */
  momentum?: number;
  /** Added to the variance. @default 1e-3 */
  epsilon?: number;
  /** Whether a scale and an offset are learned. @default true */
  affine?: boolean;
}

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) over all axes but the last. In training it normalises by the batch
 * and hands moving averages to {@link Statistics}; otherwise it normalises by those averages.
 *
 * Parameters: `<name>/scale` and `<name>/offset` `[C]`, learned; `<name>/movingMean` and `<name>/movingVariance`
 * `[C]`, statistics.
 */
export class BatchNorm implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: BatchNormOptions) {
    const shape = [options.channels];
    this.parameters = {};
    if (options.affine ?? true) {
      this.parameters[`${name}/scale`] = { shape, initialiser: ones };
      this.parameters[`${name}/offset`] = { shape, initialiser: zeros };
    }
    this.parameters[`${name}/movingMean`] = { shape, initialiser: zeros, statistic: true };
    this.parameters[`${name}/movingVariance`] = { shape, initialiser: ones, statistic: true };
  }

  /**
   * Normalises.
   *
   * @param x `[.., C]`.
   * @param statistics Takes up the moving averages; given in training only.
   */
  apply(parameters: NamedTensors, x: tf.Tensor, statistics?: Statistics): tf.Tensor {
    const { momentum = 0.99, epsilon = 1e-3, affine = true } = this.options;
    const movingMean = parameter(parameters, `${this.name}/movingMean`);
    const movingVariance = parameter(parameters, `${this.name}/movingVariance`);
    const scale = affine ? parameter(parameters, `${this.name}/scale`) : movingMean.onesLike();
    const offset = affine ? parameter(parameters, `${this.name}/offset`) : movingMean.zerosLike();
    if (!statistics) {
      const factor = movingVariance.add(epsilon).rsqrt().mul(scale);
      return x.mul(factor).add(offset.sub(movingMean.mul(factor)));
    }
    const { y, mean, variance } = normaliseBatch(x, { scale, offset, epsilon });
    const keep = (name: string, old: tf.Tensor, fresh: tf.Tensor) =>
      statistics.update(name, blend(statistics.latest(name, old), fresh, momentum));
    keep(`${this.name}/movingMean`, movingMean, mean);
    keep(`${this.name}/movingVariance`, movingVariance, variance);
    return y;
  }
}

/** `kept old + (1 - kept) fresh`. */
function blend(old: tf.Tensor, fresh: tf.Tensor, kept: number): tf.Tensor {
  return old.mul(kept).add(fresh.mul(1 - kept));
}
