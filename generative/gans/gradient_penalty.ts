import * as tf from "@tensorflow/tfjs";
import { normal, uniform } from "../runtime/random.ts";

/** How a point between a real and a generated picture is drawn: by the paper, or by the book. */
export type Interpolation = "uniform" | "normal";

/** The options of {@link gradientPenalty}. */
export interface GradientPenaltyOptions {
  /** `[B, H, W, C]`. */
  real: tf.Tensor;
  /** `[B, H, W, C]`. */
  generated: tf.Tensor;
  /** For the points between them, int32 `[2]`. */
  seed: tf.Tensor;
  /** The distribution of `epsilon`. */
  interpolation: Interpolation;
  /** Whether the slope is taken for each channel by itself, as the book does for the tracks of music. @default false */
  byChannel?: boolean;
}

/**
 * How far the critic's slope is from 1 (Gulrajani et al., 2017, equation 3): the mean of
 * `(|grad f(x)| - 1)^2` at points `x = real + epsilon (generated - real)`.
 *
 * @param critic f, pictures `[B, H, W, C]` to scores `[B]`, each of its own picture alone: without batch normalisation.
 * @returns A scalar, differentiable by what the critic is made of.
 */
export function gradientPenalty(
  critic: (pictures: tf.Tensor) => tf.Tensor,
  { real, generated, seed, interpolation, byChannel = false }: GradientPenaltyOptions,
): tf.Scalar {
  const shape = [real.shape[0], 1, 1, 1];
  const epsilon = interpolation === "normal" ? normal(shape, seed) : uniform(shape, seed);
  const between = real.add(generated.sub(real).mul(epsilon));
  const gradient = tf.grad((pictures: tf.Tensor) => critic(pictures).sum())(between);
  const norm = gradient.square().sum(byChannel ? [1, 2] : [1, 2, 3]).add(1e-12).sqrt(); // the root has no slope at 0
  return norm.sub(1).square().mean() as tf.Scalar;
}
