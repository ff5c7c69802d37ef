import type * as tf from "@tensorflow/tfjs";
import { normal } from "../runtime/random.ts";
import { stopGradient } from "./gradients.ts";

/** `log(sum(exp(x)))` over the last axis, safe for large values: `[.., K]` to `[..]`. */
export function logSumExp(x: tf.Tensor): tf.Tensor {
  const top = stopGradient(x.max(-1, true));
  return x.sub(top).exp().sum(-1, true).log().add(top).squeeze([-1]);
}

/** The log of the softmax over the last axis; the shape stays. */
export function logSoftmax(logits: tf.Tensor): tf.Tensor {
  return logits.sub(logSumExp(logits).expandDims(-1));
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
