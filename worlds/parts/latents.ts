import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../generative/nn/parameters.ts";
import { stopGradient } from "../../generative/runtime/stop_gradient.ts";
import type { NoiseSpec } from "../noise.ts";

/** What latents are distributed by: tensors by name, the first axis is the batch. */
export type StateDistribution = NamedTensors;

/** The stochastic part of the state: how a network's outputs become a distribution, and what one does with it. */
export interface Latents {
  /** Numbers in a sample, Z. */
  readonly size: number;
  /** Numbers that a network puts out for a distribution, P. */
  readonly outputs: number;
  /** What a sample is drawn from. */
  readonly noise: NoiseSpec;
  /** The distribution that outputs `[B, P]` stand for. */
  read(outputs: tf.Tensor): StateDistribution;
  /**
   * A sample that gradients flow through, `[B, Z]`.
   *
   * @param noise As {@link Latents.noise} says, `[B, size]`.
   * @param temperature Sharpness: 1 as learned, lower is surer.
   */
  sample(distribution: StateDistribution, noise: tf.Tensor, temperature?: number | tf.Scalar): tf.Tensor;
  /** The most likely latents, `[B, Z]`; no gradient flows through them. */
  mode(distribution: StateDistribution): tf.Tensor;
  /** The divergence KL(p || q) of all latents together, in nats, `[B]`. */
  divergence(p: StateDistribution, q: StateDistribution): tf.Tensor;
}

/** A distribution through which no gradient flows. */
export function fixed(distribution: StateDistribution): StateDistribution {
  return Object.fromEntries(
    Object.entries(distribution).map(([name, tensor]) => [name, stopGradient(tensor)]),
  );
}

/** Share of the uniform distribution in every categorical, so that no divergence is infinite. */
const UNIFORM_SHARE = 0.01;

/**
 * Categorical variables of C classes each, S of them (Hafner et al., 2020, DreamerV2, and 2023, DreamerV3): one hundredth
 * of every distribution is uniform. A sample is one-hot, and its gradient is that of the probabilities (straight
 * through).
 */
export class CategoricalLatents implements Latents {
  /** S C. */
  readonly size: number;
  /** S C logits. */
  readonly outputs: number;
  /** A number for each variable. */
  readonly noise: NoiseSpec;

  /** Of so many variables, S, of so many classes each, C. */
  constructor(readonly variables: number, readonly classes: number) {
    this.size = this.outputs = variables * classes;
    this.noise = { size: variables, kind: "uniform" };
  }

  /** `logProbabilities`, `[B, S, C]`. */
  read(outputs: tf.Tensor): StateDistribution {
    const softmax = outputs.reshape([-1, this.variables, this.classes]).softmax();
    const mixed = softmax.mul(1 - UNIFORM_SHARE).add(UNIFORM_SHARE / this.classes);
    return { logProbabilities: mixed.log() };
  }

  /** One-hot rows side by side. */
  sample(
    { logProbabilities }: StateDistribution,
    noise: tf.Tensor,
    temperature: number | tf.Scalar = 1,
  ): tf.Tensor {
    const sharp = typeof temperature === "number" ? Math.max(temperature, 1e-6) : temperature.maximum(1e-6);
    const probabilities = temperature === 1 ? logProbabilities.exp() : logProbabilities.div(sharp).softmax();
    return straightThrough(probabilities, noise).reshape([-1, this.size]);
  }

  /** The most likely classes as one-hot rows side by side. */
  mode({ logProbabilities }: StateDistribution): tf.Tensor {
    return tf.oneHot(logProbabilities.argMax(2) as tf.Tensor2D, this.classes).toFloat().reshape([
      -1,
      this.size,
    ]);
  }

  /** The sum over the variables. */
  divergence(
    { logProbabilities: p }: StateDistribution,
    { logProbabilities: q }: StateDistribution,
  ): tf.Tensor {
    return p.exp().mul(p.sub(q)).sum([1, 2]);
  }
}

/**
 * One-hot draws by inversion of the cumulative probabilities `[B, S, C]`; on the way back, the probabilities stand in
 * their place.
 *
 * @param choice Uniform in [0, 1), `[B, S]`.
 */
function straightThrough(probabilities: tf.Tensor, choice: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => {
    const p = input as tf.Tensor3D;
    const [batch, variables, classes] = p.shape;
    const below = p.cumsum(2).lessEqual(choice.expandDims(2)).cast("float32")
      .slice([0, 0, 0], [batch, variables, classes - 1]);
    const one = tf.ones([batch, variables, 1]);
    const reached = tf.concat([one, below], 2);
    const passed = tf.concat([below, one.mul(0)], 2); // the last is never passed, whatever rounding says
    return { value: reached.sub(passed), gradFunc: (dy: tf.Tensor) => dy };
  })(probabilities);
}

/** The least standard deviation of a Gaussian. */
const LEAST_DEVIATION = 0.1;

/** Independent Gaussians (Hafner et al., 2019, PlaNet): deviations are `softplus(s) + 0.1`. */
export class GaussianLatents implements Latents {
  /** A mean and a deviation for each. */
  readonly outputs: number;
  /** A number for each. */
  readonly noise: NoiseSpec;

  /** Of so many dimensions, Z. */
  constructor(readonly size: number) {
    this.outputs = 2 * size;
    this.noise = { size, kind: "normal" };
  }

  /** `mean` and `deviation`, `[B, Z]`. */
  read(outputs: tf.Tensor): StateDistribution {
    const [mean, raw] = outputs.split(2, 1);
    return { mean, deviation: raw.softplus().add(LEAST_DEVIATION) };
  }

  /** Reparametrised; the variance is multiplied by the temperature. */
  sample(
    { mean, deviation }: StateDistribution,
    noise: tf.Tensor,
    temperature: number | tf.Scalar = 1,
  ): tf.Tensor {
    const spread = typeof temperature === "number" ? Math.sqrt(temperature) : temperature.sqrt();
    return mean.add(deviation.mul(noise).mul(spread));
  }

  /** The means. */
  mode({ mean }: StateDistribution): tf.Tensor {
    return mean;
  }

  /** In closed form, the sum over the dimensions. */
  divergence(p: StateDistribution, q: StateDistribution): tf.Tensor {
    const ratio = p.deviation.div(q.deviation);
    const distance = p.mean.sub(q.mean).div(q.deviation);
    return ratio.square().add(distance.square()).sub(1).mul(0.5).sub(ratio.log()).sum(1);
  }
}
