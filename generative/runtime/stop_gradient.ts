import * as tf from "@tensorflow/tfjs";

/** `x` itself, through which no gradient flows. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((input) => ({
    value: (input as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => dy.zerosLike(),
  }))(x) as T;
}
