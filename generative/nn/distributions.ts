import * as tf from "@tensorflow/tfjs";
import { normal } from "../runtime/random.ts";
import { stopGradient } from "./gradients.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** `log(sum(exp(x)))` over the last axis, safe for large values: `[.., K]` to `[..]`. */
export function logSumExp(x: tf.Tensor): tf.Tensor {
  const top = stopGradient(x.max(-1, true));
  return x.sub(top).exp().sum(-1, true).log().add(top).squeeze([-1]);
}

/** The log of the softmax over the last axis; the shape stays. */
export function logSoftmax(logits: tf.Tensor): tf.Tensor {
  return logits.sub(logSumExp(logits).expandDims(-1));
}

/** A normal distribution, elementwise. */
export interface Gaussian {
  /** Where it is centred. */
  mean: tf.Tensor;
  /** The natural logarithm of the standard deviation. */
  logDeviation: tf.Tensor;
}

/** The log density of each element of `x` (shapes broadcast). */
export function gaussianLogProbability(x: tf.Tensor, { mean, logDeviation }: Gaussian): tf.Tensor {
  const standardised = x.sub(mean).mul(logDeviation.neg().exp());
  return standardised.square().mul(-0.5).sub(logDeviation).sub(HALF_LOG_TWO_PI);
}

/** The entropy of each element, in nats. */
export function gaussianEntropy(logDeviation: tf.Tensor): tf.Tensor {
  return logDeviation.add(0.5 + HALF_LOG_TWO_PI);
}

/**
 * The divergence of N(mean, exp(logVariance)) from the standard normal, elementwise:
 * `0.5 (exp(logVariance) + mean^2 - 1 - logVariance)`.
 */
export function klStandardNormal(mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  return logVariance.exp().add(mean.square()).sub(1).sub(logVariance).mul(0.5);
}

/**
 * Draws `z = mu + sigma epsilon`; the gradient flows through `mu` and `logVar` (Kingma and Welling, 2013, section 2.4).
 *
 * @param seed int32 `[2]`.
 * @returns The shape of mu.
 */
export function reparameterise(
  { mu, logVar }: { mu: tf.Tensor; logVar: tf.Tensor },
  seed: tf.Tensor,
): tf.Tensor {
  return mu.add(logVar.mul(0.5).exp().mul(normal(mu.shape, seed)));
}

/** The log probability of `outcome` (0 or 1, or between: the expected one), elementwise. */
export function bernoulliLogProbability(outcome: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  return outcome.mul(logits).sub(logits.softplus());
}

/**
 * The log probability of each class index.
 *
 * @param classes int32 `[..]`, `0 .. K - 1`.
 * @param logits `[.., K]`.
 */
export function categoricalLogProbability(classes: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const chosen = tf.oneHot(classes.toInt(), logits.shape[logits.rank - 1]).toFloat();
  return logSoftmax(logits).mul(chosen).sum(-1);
}
