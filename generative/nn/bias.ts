import * as tf from "@tensorflow/tfjs";
import { executeNative, isNative } from "../runtime/native.ts";

/**
 * `x + bias`. On TensorFlow it becomes one operation with the convolution or product before it, and its gradient is one
 * sum; differentiable twice.
 *
 * @param x `[.., C]`, two axes or more.
 * @param bias `[C]`.
 */
export function addBias(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  if (!isNative() || x.rank < 2) return x.add(bias);
  return tf.customGrad((x, bias) => ({
    value: executeNative("BiasAdd", { T: { type: "float32" } }, [x as tf.Tensor, bias as tf.Tensor], 1)[0],
    gradFunc: (dy: tf.Tensor) => [dy, sumChannels(dy)],
  }))(x, bias);
}

/** The sum over all axes but the last, `[C]`. */
function sumChannels(dy: tf.Tensor): tf.Tensor {
  return tf.customGrad((gradient) => ({
    value: executeNative("BiasAddGrad", { T: { type: "float32" } }, [gradient as tf.Tensor], 1)[0],
    gradFunc: (ddy: tf.Tensor) => ddy.broadcastTo(dy.shape),
  }))(dy);
}
