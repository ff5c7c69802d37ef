import * as tf from "@tensorflow/tfjs";

/** `sign(x) ln(1 + |x|)`: large numbers of either sign made small, small ones left as they are. */
export function symlog(x: tf.Tensor): tf.Tensor {
  return x.sign().mul(x.abs().log1p());
}

/** The inverse of {@link symlog}: `sign(x) (exp(|x|) - 1)`. */
export function symexp(x: tf.Tensor): tf.Tensor {
  return x.sign().mul(x.abs().expm1());
}

/** The options of a {@link TwoHot}. */
export interface TwoHotOptions {
  /** Bins, K; an odd number has one at 0. @default 255 */
  bins?: number;
  /** The outer bins are at plus and minus this, in {@link symlog} units. @default 20 */
  limit?: number;
}

/**
 * Numbers of any size as distributions over bins that are evenly spaced in {@link symlog} units (Hafner et al., 2023,
 * "Mastering Diverse Domains through World Models"): a target's weight is shared by the two bins beside it, and a network
 * learns it by cross-entropy, whose gradient does not grow with the target.
 */
export class TwoHot {
  /** K. */
  readonly bins: number;
  readonly #limit: number;

  /** Places the bins. @throws RangeError for fewer than two bins or a limit that is not above 0. */
  constructor({ bins = 255, limit = 20 }: TwoHotOptions = {}) {
    if (!(Number.isInteger(bins) && bins >= 2 && limit > 0)) {
      throw new RangeError(
        `Cannot make two-hot bins: expected two or more within a limit above 0, got ${bins} and ${limit}`,
      );
    }
    this.bins = bins;
    this.#limit = limit;
  }

  /**
   * The weights of numbers; those beyond the outer bins belong to these.
   *
   * @param x `[N]`.
   * @returns `[N, K]`, at most two of a row above 0; they sum to 1.
   */
  encode(x: tf.Tensor): tf.Tensor {
    const last = this.bins - 1;
    const place = symlog(x).add(this.#limit).mul(last / (2 * this.#limit)).clipByValue(0, last);
    return tf.sub(1, place.expandDims(1).sub(this.#places()).abs()).relu();
  }

  /** The expected number of each row of logits `[N, K]`, `[N]`; 0 for equal logits. */
  decode(logits: tf.Tensor): tf.Tensor1D {
    const centres = this.#places().mul(2 * this.#limit / (this.bins - 1)).sub(this.#limit);
    return symexp(logits.softmax().mul(centres).sum(1)) as tf.Tensor1D;
  }

  /** The cross-entropy of numbers `[N]` under logits `[N, K]`, in nats, `[N]`. */
  loss(logits: tf.Tensor, x: tf.Tensor): tf.Tensor {
    return this.encode(x).mul(logits.logSoftmax()).sum(1).neg();
  }

  #places(): tf.Tensor1D {
    return tf.tensor1d(Float32Array.from({ length: this.bins }, (_, place) => place));
  }
}
