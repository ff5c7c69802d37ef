import * as tf from "@tensorflow/tfjs";
import { initialisers, type Module, type NamedTensors, parameter, type ParameterSpecs } from "../nn/mod.ts";

/** Mixes the channels of each pixel, invertibly. */
export interface ChannelMixing extends Module {
  /** @param x `[B, H, W, C]`. */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor;
  /** The inverse. @param y `[B, H, W, C]`. */
  invert(parameters: NamedTensors, y: tf.Tensor): tf.Tensor;
  /** The log determinant, a scalar, the same for all pictures. @param x `[B, H, W, C]`. */
  logDeterminant(parameters: NamedTensors, x: tf.Tensor): tf.Tensor;
}

/** Reverses the order of the channels, as RealNVP does. It learns nothing. */
export class ReversedChannels implements ChannelMixing {
  /** None. */
  readonly parameters: ParameterSpecs = {};

  /** See {@link ChannelMixing}. */
  apply(_parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    return x.reverse(-1);
  }

  /** See {@link ChannelMixing}. */
  invert(_parameters: NamedTensors, y: tf.Tensor): tf.Tensor {
    return y.reverse(-1);
  }

  /** See {@link ChannelMixing}. */
  logDeterminant(): tf.Tensor {
    return tf.scalar(0);
  }
}

/**
 * The invertible 1x1 convolution of Glow (Kingma and Dhariwal, 2018, section 3.2), `y = x W` for each pixel. W is kept in
 * factors, `W = Q L (U + diag(exp(l)))`: its log determinant is the sum of l. Q is a random rotation that stays and that W
 * starts as (in the paper a permutation, the other factors being those of a rotation); L is lower, U upper triangular.
 * Parameters: `<name>/rotation`, frozen, `<name>/lower` and `<name>/upper` `[C, C]`, `<name>/logScale` `[C]`.
 */
export class InvertibleConvolution implements ChannelMixing {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly channels: number) {
    const square = [channels, channels];
    this.parameters = {
      [`${name}/rotation`]: { shape: square, initialiser: initialisers.orthogonal, frozen: true },
      [`${name}/lower`]: { shape: square, initialiser: initialisers.zeros },
      [`${name}/upper`]: { shape: square, initialiser: initialisers.zeros },
      [`${name}/logScale`]: { shape: [channels], initialiser: initialisers.zeros },
    };
  }

  /** See {@link ChannelMixing}. */
  apply(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const { rotation, lower, upper, logScale } = this.#factors(parameters);
    const weights = rotation.matMul(lower).matMul(upper.add(logScale.exp().mul(identity(this.channels))));
    return eachPixel(x, weights);
  }

  /** See {@link ChannelMixing}. */
  invert(parameters: NamedTensors, y: tf.Tensor): tf.Tensor {
    const { rotation, lower, upper, logScale } = this.#factors(parameters);
    // U + D = D (I + D^-1 U), of which the second factor is triangular with ones on its diagonal.
    const inverseScale = logScale.neg().exp();
    const unit = upper.mul(inverseScale.expandDims(1)).add(identity(this.channels));
    const upperInverse = invertTriangular(unit).mul(inverseScale);
    return eachPixel(y, upperInverse.matMul(invertTriangular(lower)).matMul(rotation.transpose()));
  }

  /** See {@link ChannelMixing}. */
  logDeterminant(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const [, height, width] = x.shape;
    return this.#factors(parameters).logScale.sum().mul(height! * width!);
  }

  #factors(parameters: NamedTensors) {
    const own = (factor: string) => parameter(parameters, `${this.name}/${factor}`);
    const below = lowerMask(this.channels);
    return {
      rotation: own("rotation"),
      lower: own("lower").mul(below).add(identity(this.channels)),
      upper: own("upper").mul(below.transpose()),
      logScale: own("logScale"),
    };
  }
}

/**
 * The inverse of a triangular matrix with ones on its diagonal by Newton's iteration `X <- X (2 I - A X)` (Schulz, 1933):
 * from X = I it is exact after log2(C) rounds but for rounding, which one more round mends.
 */
export function invertTriangular(matrix: tf.Tensor): tf.Tensor {
  const size = matrix.shape[0]!;
  const twice = identity(size).mul(2);
  let inverse = identity(size);
  for (let round = 0; round <= Math.ceil(Math.log2(size)); round++) {
    inverse = inverse.matMul(twice.sub(matrix.matMul(inverse)));
  }
  return inverse;
}

/** `x W` for each pixel. */
function eachPixel(x: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  return x.reshape([-1, weights.shape[0]!]).matMul(weights).reshape(x.shape);
}

function identity(size: number): tf.Tensor {
  return tf.eye(size);
}

/** 1 below the diagonal, else 0. */
function lowerMask(size: number): tf.Tensor {
  const values = Float32Array.from(
    { length: size * size },
    (_, i) => i % size < Math.floor(i / size) ? 1 : 0,
  );
  return tf.tensor2d(values, [size, size]);
}
