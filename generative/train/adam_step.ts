import * as tf from "@tensorflow/tfjs";
import { executeNative, hasVariables, readVariable, variable } from "../runtime/mod.ts";

/** A parameter and its moments, of one shape. */
export interface AdamTensors {
  /** What learns. */
  value: tf.Tensor;
  /** The running mean of its gradients. */
  mean: tf.Tensor;
  /** The running mean of their squares. */
  variance: tf.Tensor;
}

/** The scalars of a step. */
export interface AdamScalars {
  /** How much of the mean is kept. */
  beta1: number;
  /** How much of the mean of squares is kept. */
  beta2: number;
  /** The learning rate, corrected for the means' bias. */
  rate: tf.Scalar;
  /** Added to the root of the squares' mean. */
  floor: tf.Scalar;
  /** The share of the parameter that is taken off. @default none */
  decay?: tf.Tensor;
}

/**
 * `mean = beta1 mean + (1 - beta1) gradient`, `variance = beta2 variance + (1 - beta2) gradient^2`,
 * `value = (1 - decay) value - rate mean / (sqrt(variance) + floor)`. On native TensorFlow one fused kernel, which works
 * in place under `Compiled.runInPlace`; elsewhere op by op. Both agree to rounding.
 */
export function adamStep(tensors: AdamTensors, gradient: tf.Tensor, scalars: AdamScalars): AdamTensors {
  return (hasVariables() ? fused : plain)(tensors, gradient, scalars);
}

function plain(tensors: AdamTensors, gradient: tf.Tensor, scalars: AdamScalars): AdamTensors {
  const { beta1, beta2, rate, floor, decay } = scalars;
  const mean = blend(tensors.mean, gradient, beta1);
  const variance = blend(tensors.variance, gradient.square(), beta2);
  const kept = decay ? tensors.value.mul(tf.sub(1, decay)) : tensors.value;
  return { value: kept.sub(mean.div(variance.sqrt().add(floor)).mul(rate)), mean, variance };
}

function fused(tensors: AdamTensors, gradient: tf.Tensor, scalars: AdamScalars): AdamTensors {
  const { beta1, beta2, rate, floor, decay } = scalars;
  const [value, mean, variance] = [tensors.value, tensors.mean, tensors.variance].map(variable);
  if (decay) {
    executeNative(
      "AssignSubVariableOp",
      { dtype: { type: "float32" } },
      [value, tensors.value.mul(decay)],
      0,
    );
  }
  const corrected = tf.scalar(0); // the powers of the betas, by which the kernel itself would correct the rate
  const betas = [tf.scalar(beta1), tf.scalar(beta2)];
  const inputs = [value, mean, variance, corrected, corrected, rate, ...betas, floor, gradient];
  executeNative("ResourceApplyAdam", { T: { type: "float32" } }, inputs, 0);
  return { value: readVariable(value), mean: readVariable(mean), variance: readVariable(variance) };
}

/** `kept old + (1 - kept) new`. */
export function blend(old: tf.Tensor, fresh: tf.Tensor, kept: number | tf.Tensor): tf.Tensor {
  return old.mul(kept).add(fresh.mul(typeof kept === "number" ? 1 - kept : tf.sub(1, kept)));
}
