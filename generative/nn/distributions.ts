import type * as tf from "@tensorflow/tfjs";
import { normal } from "../runtime/random.ts";

/**
 * The divergence of N(mean, exp(logVariance)) from the standard normal, elementwise:
 * `0.5 (exp(logVariance) + mean^2 - 1 - logVariance)`.
 */
export function klStandardNormal(mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  return logVariance.exp().add(mean.square()).sub(1).sub(logVariance).mul(0.5);
}

/** The log density of the standard normal distribution, elementwise: `-0.5 (x^2 + ln 2 pi)`. */
export function logStandardNormal(x: tf.Tensor): tf.Tensor {
  return x.square().add(Math.log(2 * Math.PI)).mul(-0.5);
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
