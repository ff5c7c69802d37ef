import * as tf from "@tensorflow/tfjs";
import { executeNative, isNative } from "../runtime/mod.ts";
import type { NamedTensors } from "./parameters.ts";

/** A loss and the parts that it is made of, all scalars, by name. */
export type Losses = { loss: tf.Tensor } & NamedTensors;

/**
 * The losses at the parameters, and the gradient of `loss` by every parameter (zeros where it does not depend on
 * one).
 *
 * @param loss Computes the losses from the parameters; pure.
 * @returns Tensors that belong to the caller (or the surrounding `tidy`).
 */
export function valueAndGradients(
  loss: (parameters: NamedTensors) => Losses,
  parameters: NamedTensors,
): { value: Losses; gradients: NamedTensors } {
  const names = Object.keys(parameters);
  const tensors = Object.values(parameters);
  const kept: NamedTensors = {};
  const forward = () => {
    const losses = loss(parameters);
    // The engine frees all but the loss: copies of the parts outlive it.
    for (const [name, part] of Object.entries(losses)) kept[name] = tf.keep(part.clone());
    return losses.loss.asScalar();
  };
  try {
    const { value, grads } = tf.engine().gradients(forward, tensors, undefined, true);
    value.dispose();
    const gradients: NamedTensors = {};
    names.forEach((name, i) => gradients[name] = grads[i] ?? tensors[i].zerosLike());
    const parts: NamedTensors = {};
    for (const [name, part] of Object.entries(kept)) parts[name] = part.clone();
    return { value: parts as Losses, gradients };
  } finally {
    for (const part of Object.values(kept)) part.dispose();
  }
}

/** The square root of the sum of all squares, a scalar. No gradient flows through it. */
export function globalNorm(tensors: NamedTensors): tf.Scalar {
  const squares = Object.values(tensors).map(sumOfSquares);
  return (squares.length ? tf.addN(squares) : tf.scalar(0)).sqrt() as tf.Scalar;
}

function sumOfSquares(x: tf.Tensor): tf.Tensor {
  if (!isNative()) return x.square().sum();
  return executeNative("L2Loss", { T: { type: "float32" } }, [x], 1)[0].mul(2); // in one pass, without the squares
}

/**
 * Scales all gradients by `min(1, maxNorm / norm)`.
 *
 * @param maxNorm Above 0.
 * @returns The scaled gradients and the norm that they had before.
 */
export function clipByGlobalNorm(
  gradients: NamedTensors,
  maxNorm: number,
): { gradients: NamedTensors; norm: tf.Scalar } {
  const norm = globalNorm(gradients);
  const scale = tf.scalar(maxNorm).div(norm.maximum(maxNorm));
  return { gradients: mapTensors(gradients, (gradient) => gradient.mul(scale)), norm };
}

/** Limits every element to `-limit .. limit`. */
export function clipByValue(gradients: NamedTensors, limit: number): NamedTensors {
  return mapTensors(gradients, (gradient) => gradient.clipByValue(-limit, limit));
}

/**
 * `x` itself; on the way back, each row's gradient is scaled down to at most `maxNorm`. Put on the state at each
 * step of a dream, it keeps one diverging sample from drowning the others.
 *
 * @param x `[B, ..]`; a row is everything but the first axis.
 * @param maxNorm Above 0.
 */
export function clipGradient<T extends tf.Tensor>(x: T, maxNorm: number): T {
  return tf.customGrad((input) => ({
    value: (input as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => {
      const norms = dy.square().sum(dy.shape.slice(1).map((_, axis) => axis + 1), true).sqrt();
      return dy.mul(tf.scalar(maxNorm).div(norms.maximum(maxNorm)));
    },
  }))(x) as T;
}

function mapTensors(tensors: NamedTensors, change: (tensor: tf.Tensor) => tf.Tensor): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));
}
