import * as tf from "@tensorflow/tfjs";
import { executeNative, isNative } from "../runtime/native.ts";

/** The names of the activations that modules take. */
export type Activation = "linear" | "relu" | "elu" | "tanh" | "sigmoid" | "softplus" | "swish" | "gelu";

/** Applies an activation by name; the shape stays. @throws RangeError for an unknown name. */
export function activate(name: Activation, x: tf.Tensor): tf.Tensor {
  switch (name) {
    case "linear":
      return x;
    case "relu":
      return relu(x);
    case "elu":
      return x.elu();
    case "tanh":
      return x.tanh();
    case "sigmoid":
      return x.sigmoid();
    case "softplus":
      return x.softplus();
    case "swish":
      return x.mul(x.sigmoid());
    case "gelu":
      return gelu(x);
    default:
      throw new RangeError(
        `Cannot apply activation "${name}": expected linear, relu, elu, tanh, sigmoid, softplus, swish or gelu`,
      );
  }
}

/** Hendrycks and Gimpel (2016) in its form with tanh: `x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`, as GPT-2 has. */
function gelu(x: tf.Tensor): tf.Tensor {
  const inner = x.mul(x.square().mul(0.044715).add(1)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(inner.tanh().add(1)).mul(0.5);
}

/** `max(x, 0)`. On TensorFlow its gradient is one operation, where tfjs's own takes three and much memory. */
export function relu<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((input, save) => {
    const value = (input as tf.Tensor).relu();
    (save as tf.GradSaveFunc)([value]);
    return { value, gradFunc: (dy: tf.Tensor, [y]: tf.Tensor[]) => reluGradient(dy, y) };
  })(x) as T;
}

/** `x` where it is above 0, else `slope x`; Keras's default slope is 0.3. Its gradient is one operation, as relu's. */
export function leakyRelu<T extends tf.Tensor>(x: T, slope = 0.3): T {
  if (!(slope >= 0 && slope < 1)) {
    throw new RangeError(`Cannot apply leakyRelu: expected a slope in [0, 1), got ${slope}`);
  }
  return tf.customGrad((input, save) => {
    const value = (input as tf.Tensor).leakyRelu(slope);
    (save as tf.GradSaveFunc)([value]);
    return { value, gradFunc: (dy: tf.Tensor, [y]: tf.Tensor[]) => leakyReluGradient(dy, y, slope) };
  })(x) as T;
}

/**
 * `dy` where `y > 0`, else 0; differentiable in `dy` once more (gradient penalties need that). `y` is no input of the
 * custom gradient: how it depends on others changes nothing, and zeros need not go all the way back through it.
 */
function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.customGrad((gradient) => ({
    value: maskPositive(gradient as tf.Tensor, y),
    gradFunc: (ddy: tf.Tensor) => reluGradient(ddy, y),
  }))(dy);
}

function maskPositive(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  if (!isNative()) return dy.mul(y.step());
  return executeNative("ReluGrad", { T: { type: "float32" } }, [dy, y], 1)[0];
}

/** `dy` where `y > 0`, else `slope dy`; differentiable in `dy` once more, as above. */
function leakyReluGradient(dy: tf.Tensor, y: tf.Tensor, slope: number): tf.Tensor {
  return tf.customGrad((gradient) => ({
    value: maskLeaky(gradient as tf.Tensor, y, slope),
    gradFunc: (ddy: tf.Tensor) => leakyReluGradient(ddy, y, slope),
  }))(dy);
}

function maskLeaky(dy: tf.Tensor, y: tf.Tensor, slope: number): tf.Tensor {
  if (!isNative()) return dy.mul(y.step(slope));
  const attributes = { T: { type: "float32" }, alpha: { float: slope } } as const;
  return executeNative("LeakyReluGrad", attributes, [dy, y], 1)[0];
}
