import * as tf from "@tensorflow/tfjs";

/** Comparisons, through which no gradient flows: a mask on a differentiable tensor must not throw. */
const COMPARISONS = [tf.Greater, tf.Less, tf.LessEqual, tf.Equal, tf.NotEqual, tf.LogicalNot];

/** Adds the gradients that tfjs lacks, and mends those that throw or are wrong. Safe to call again. */
export function registerMissingGradients(): void {
  for (const kernelName of COMPARISONS) {
    tf.registerGradient({ kernelName, gradFunc: () => ({}) });
  }
}
