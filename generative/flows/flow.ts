import type * as tf from "@tensorflow/tfjs";
import { logStandardNormal, type Module, type NamedTensors } from "../nn/mod.ts";

/** Latents, and how much the map to them stretches space. */
export interface Normalised {
  /** z = f(x), of the shape of x. */
  latents: tf.Tensor;
  /** log |det df/dx| of each example, `[B]`. */
  logDeterminant: tf.Tensor;
}

/** An invertible map between data and latents that are standard normal numbers. */
export interface Flow extends Module {
  /** Data to latents: z = f(x). */
  normalise(parameters: NamedTensors, x: tf.Tensor): Normalised;
  /** Latents to data: x = f^-1(z). */
  generate(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor;
}

/** A flow of points in the plane. */
export interface PointFlow extends Flow {
  /** The latents, and where they are after each step of their way to the data: `[B, 2]` each. */
  path(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor[];
}

/**
 * The log density of each example by the change of variables: `log p(x) = log N(f(x); 0, I) + log |det df/dx|`.
 *
 * @param x `[B, ..]`.
 * @returns `[B]`, in nats.
 */
export function logDensity(flow: Flow, parameters: NamedTensors, x: tf.Tensor): tf.Tensor {
  const { latents, logDeterminant } = flow.normalise(parameters, x);
  const axes = latents.shape.slice(1).map((_, axis) => axis + 1);
  return logStandardNormal(latents).sum(axes).add(logDeterminant);
}
