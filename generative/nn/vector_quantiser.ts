import * as tf from "@tensorflow/tfjs";
import { uniform } from "../runtime/random.ts";
import { stopGradient } from "../runtime/stop_gradient.ts";
import { gatherRows } from "./embedding.ts";
import { normal, zeros } from "./initialisers.ts";
import { type Module, type NamedTensors, parameter, type ParameterSpecs } from "./parameters.ts";
import type { Statistics } from "./statistics.ts";

/** The options of a {@link VectorQuantiser}. */
export interface VectorQuantiserOptions {
  /** How many codes there are, K. */
  codes: number;
  /** Numbers in a code, D: the size of the last axis. */
  size: number;
  /** How much of the moving averages is kept each step. @default 0.99 */
  decay?: number;
  /** A code used less often than this share of the mean is dead, and starts anew. 0 lets codes die. @default 0.03 */
  leastUse?: number;
}

/** What {@link VectorQuantiser.apply} makes of vectors. */
export interface Quantised {
  /** The nearest codes' numbers, int32 `[..]`, `0 .. K - 1`. */
  codes: tf.Tensor;
  /** Their vectors, `[.., D]`; on the way back, the input stands in their place (straight through). */
  vectors: tf.Tensor;
  /** The squared distance of the input from its code, `[..]`: its gradient draws the input there, and no code. */
  commitment: tf.Tensor;
}

/**
 * Vector quantisation (van den Oord et al., 2017, "VQ-VAE"): each vector becomes the nearest one of a codebook.
 *
 * Codes are the moving means of the vectors that they stand for (appendix A.1). Those that hardly any vector is nearest to
 * start anew at vectors of the batch (Dhariwal et al., 2020, "Jukebox"), drawn in proportion to their squared distance from
 * the nearest code, as k-means++ places its seeds: where codes are missing. The first batch so seeds the whole codebook.
 *
 * Statistics: `<name>/codebook` `[K, D]`, and `<name>/uses` `[K]`, how many vectors of a batch each stands for on average.
 */
export class VectorQuantiser implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;

  /** Declares the codebook under a name; it is made by `initialiseParameters`. @throws RangeError for fewer than two codes. */
  constructor(readonly name: string, readonly options: VectorQuantiserOptions) {
    const { codes, size } = options;
    if (!(codes >= 2)) {
      throw new RangeError(`Cannot make "${name}": expected two codes or more, got ${codes}`);
    }
    this.parameters = {
      [`${name}/codebook`]: { shape: [codes, size], initialiser: normal(size ** -0.5), statistic: true },
      [`${name}/uses`]: { shape: [codes], initialiser: zeros, statistic: true },
    };
  }

  /** The codebook, `[K, D]`. */
  codebook(parameters: NamedTensors): tf.Tensor2D {
    return parameter(parameters, `${this.name}/codebook`) as tf.Tensor2D;
  }

  /**
   * The numbers of the nearest codes, by Euclidean distance. No gradient flows through them.
   *
   * @param x `[.., D]`.
   * @returns int32 `[..]`.
   */
  encode(parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
    const codebook = this.codebook(parameters);
    const rows = this.#rows(stopGradient(x));
    const products = rows.matMul(codebook, false, true);
    return codebook.square().sum(1).sub(products.mul(2)).argMin(1).reshape(x.shape.slice(0, -1));
  }

  /** The vectors of codes, int32 `[..]`: `[.., D]`. */
  decode(parameters: NamedTensors, codes: tf.Tensor): tf.Tensor {
    const rows = gatherRows(this.codebook(parameters), codes.reshape([-1]) as tf.Tensor1D);
    return rows.reshape([...codes.shape, this.options.size]);
  }

  /**
   * Quantises.
   *
   * @param x `[.., D]`.
   * @param learn Given in training only: takes up the codebook's new values; the seed, int32 `[2]`, draws where dead codes
   * start anew.
   */
  apply(
    parameters: NamedTensors,
    x: tf.Tensor,
    learn?: { statistics: Statistics; seed: tf.Tensor },
  ): Quantised {
    const codes = this.encode(parameters, x);
    const nearest = stopGradient(this.decode(parameters, codes));
    const commitment = x.sub(nearest).square().sum(-1);
    if (learn) {
      const rows = this.#rows(stopGradient(x)),
        distances = stopGradient(commitment).reshape<tf.Tensor1D>([-1]);
      this.#follow(parameters, { rows, codes: codes.reshape([-1]), distances }, learn);
    }
    return { codes, vectors: x.add(stopGradient(nearest.sub(x))), commitment };
  }

  /** How many codes are in use: the exponential of the entropy of their uses, 1 to K ("perplexity"). */
  perplexity(parameters: NamedTensors): tf.Tensor {
    const uses = parameter(parameters, `${this.name}/uses`);
    const shares = uses.div(uses.sum().maximum(1e-12));
    return shares.mul(shares.add(1e-12).log()).sum().neg().exp();
  }

  /** Moves each code to the moving mean of its vectors, and dead ones to where codes are missing. */
  #follow(
    parameters: NamedTensors,
    { rows, codes, distances }: { rows: tf.Tensor2D; codes: tf.Tensor; distances: tf.Tensor1D },
    { statistics, seed }: { statistics: Statistics; seed: tf.Tensor },
  ): void {
    const { codes: count, decay = 0.99, leastUse = 0.03 } = this.options;
    const names = [`${this.name}/codebook`, `${this.name}/uses`];
    const [old, oldUses] = names.map((name) => statistics.latest(name, parameter(parameters, name)));
    const hot = tf.oneHot(codes as tf.Tensor1D, count).toFloat() as tf.Tensor2D;
    const uses = oldUses.mul(decay).add(hot.sum(0).mul(1 - decay));
    const sums = old.mul(oldUses.mul(decay).expandDims(1)).add(hot.matMul(rows, true).mul(1 - decay));
    const means = sums.div(uses.maximum(1e-12).expandDims(1));

    const meanUse = rows.shape[0] / count;
    const lives = uses.greaterEqual(leastUse * meanUse).logicalAnd(uses.greater(0)).toFloat();
    const below = distances.cumsum();
    const places = uniform([count, 1], seed).mul(distances.sum());
    const picked = below.lessEqual(places).toInt().sum(1).minimum(tf.scalar(rows.shape[0] - 1, "int32"));
    const fresh = gatherRows(rows, picked.toInt() as tf.Tensor1D);
    const blend = (alive: tf.Tensor, value: tf.Tensor, other: tf.Tensor) =>
      value.mul(alive).add(other.mul(tf.sub(1, alive)));
    statistics.update(names[0], blend(lives.expandDims(1), means, fresh));
    statistics.update(names[1], blend(lives, uses, tf.fill([count], meanUse)));
  }

  #rows(x: tf.Tensor): tf.Tensor2D {
    const { size } = this.options;
    if (x.shape[x.rank - 1] !== size) {
      throw new TypeError(`Cannot quantise with "${this.name}": expected [.., ${size}], got [${x.shape}]`);
    }
    return x.reshape<tf.Tensor2D>([-1, size]);
  }
}
