import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../generative/nn/parameters.ts";

/** A mixture of K Gaussians for each of Z dimensions, independently; all `[B, K, Z]`. */
export interface Mixture {
  /** Weights before the softmax over K. */
  logits: tf.Tensor3D;
  /** Where the Gaussians are centred. */
  means: tf.Tensor3D;
  /** Natural logarithms of their standard deviations. */
  logSigmas: tf.Tensor3D;
}

/** Sizes of a mixture. */
export interface MixtureOptions {
  /** Gaussians a dimension, K. */
  components: number;
  /** Dimensions of a latent, Z. */
  size: number;
  /** Lowest and highest log sigma, reached smoothly; unbounded without. */
  logSigmaRange?: readonly [number, number];
}

/**
 * Reads a mixture from a network's output.
 *
 * @param output `[B, 3 K Z]`: logits, means and log sigmas, each `[K, Z]`. (Z is innermost, so that sums over K
 * run along long rows.)
 */
export function readMixture(output: tf.Tensor, options: MixtureOptions): Mixture {
  const { components, size, logSigmaRange } = options;
  const shape: [number, number, number] = [output.shape[0], components, size];
  const [logits, means, raw] = output.split(3, 1).map((part) => part.reshape<tf.Tensor3D>(shape));
  const logSigmas = logSigmaRange
    ? raw.sigmoid().mul(logSigmaRange[1] - logSigmaRange[0]).add(logSigmaRange[0]) as tf.Tensor3D
    : raw;
  return { logits, means, logSigmas };
}

/**
 * The log density of values, a dimension at a time, in nats.
 *
 * @param values `[B, Z]`.
 * @returns `[B, Z]`.
 */
export function mixtureLogProbability(mixture: Mixture, values: tf.Tensor): tf.Tensor2D {
  const { logits, means, logSigmas } = mixture;
  const deviations = values.expandDims(1).sub(means).mul(logSigmas.neg().exp());
  const densities = deviations.square().mul(-0.5).sub(logSigmas).sub(0.5 * Math.log(2 * Math.PI));
  if (means.shape[1] === 1) return densities.squeeze([1]);
  return densities.add(logits).logSumExp(1).sub(logits.logSumExp(1)) as tf.Tensor2D;
}

/** The randomness that one draw from a mixture uses up. */
export interface MixtureNoise extends NamedTensors {
  /** Uniform in [0, 1), `[B, Z]`: chooses the component. */
  choice: tf.Tensor;
  /** Standard normal, `[B, Z]`. */
  value: tf.Tensor;
}

/**
 * Draws from the mixture. A temperature tau divides the logits and multiplies the variance (as published: the
 * noise by the square root of tau).
 *
 * The gradient flows through the chosen component's mean and sigma; it stops at the choice.
 *
 * @returns `[B, Z]`.
 */
export function sampleMixture(
  mixture: Mixture,
  noise: MixtureNoise,
  temperature: number | tf.Scalar = 1,
): tf.Tensor2D {
  const { logits, means, logSigmas } = mixture;
  const single = means.shape[1] === 1;
  const chosen = single ? undefined : chooseComponents(logits, noise.choice, temperature);
  const pick = (values: tf.Tensor3D) => chosen ? values.mul(chosen).sum(1) : values.squeeze([1]);
  const spread = typeof temperature === "number" ? Math.sqrt(temperature) : temperature.sqrt();
  const sigma = pick(logSigmas).exp().mul(spread);
  return pick(means).add(sigma.mul(noise.value)) as tf.Tensor2D;
}

/** The chosen component of each dimension as 0 and 1, `[B, K, Z]`, by inversion of the cumulative weights. */
function chooseComponents(
  logits: tf.Tensor3D,
  choice: tf.Tensor,
  temperature: number | tf.Scalar,
): tf.Tensor3D {
  const divisor = typeof temperature === "number" ? Math.max(temperature, 1e-6) : temperature.maximum(1e-6);
  // A comparison has no gradient, and tfjs refuses one on the path: inside customGrad the path is cut.
  return tf.customGrad((input) => {
    const x = input as tf.Tensor3D;
    const weights = x.sub(x.max(1, true)).div(divisor).exp();
    const cumulative = weights.cumsum(1);
    const threshold = weights.sum(1, true).mul(choice.expandDims(1));
    const [batch, components, size] = x.shape;
    const below = cumulative.lessEqual(threshold).cast("float32")
      .slice([0, 0, 0], [batch, components - 1, size]);
    const one = tf.ones([batch, 1, size]);
    const reached = tf.concat([one, below], 1);
    const passed = tf.concat([below, one.mul(0)], 1); // the last is never passed, whatever rounding says
    return { value: reached.sub(passed), gradFunc: () => tf.zeros(x.shape) };
  })(logits) as tf.Tensor3D;
}
