import * as tf from "@tensorflow/tfjs";
import { executeNative, isNative } from "../runtime/native.ts";

/**
 * The cross-entropy of a class under logits: `-log softmax(logits)[label]`, in nats. On TensorFlow it is one
 * operation that also gives its gradient.
 *
 * @param logits float32 `[.., K]`.
 * @param labels int32 `[..]`, each `0 .. K - 1`.
 * @returns float32 `[..]`, 0 or more.
 */
export function categoricalCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const classes = logits.shape[logits.rank - 1];
  if (labels.dtype !== "int32" || String(labels.shape) !== String(logits.shape.slice(0, -1))) {
    throw new TypeError(
      `Cannot compute a cross-entropy: expected labels int32 [${
        logits.shape.slice(0, -1)
      }] for logits [${logits.shape}], got ${labels.dtype} [${labels.shape}]`,
    );
  }
  const rows = logits.reshape<tf.Tensor2D>([-1, classes]);
  const flat = labels.reshape<tf.Tensor1D>([-1]);
  const losses = tf.customGrad((logits, save) => {
    const { value, slope } = evaluate(logits as tf.Tensor2D, flat);
    (save as tf.GradSaveFunc)([logits as tf.Tensor, slope]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [logits, slope]: tf.Tensor[]) => scaleSlope(dy, logits, slope),
    };
  })(rows);
  return losses.reshape(labels.shape);
}

/** The losses of rows, `[N]`, and what they change by with the logits: `softmax(logits) - oneHot(labels)`, `[N, K]`. */
function evaluate(logits: tf.Tensor2D, labels: tf.Tensor1D): { value: tf.Tensor; slope: tf.Tensor } {
  if (isNative()) {
    const attributes = { T: { type: "float32" }, Tlabels: { type: "int32" } } as const;
    const [value, slope] = executeNative("SparseSoftmaxCrossEntropyWithLogits", attributes, [
      logits,
      labels,
    ], 2);
    return { value, slope };
  }
  const hot = tf.oneHot(labels, logits.shape[1]).toFloat();
  return {
    value: logits.logSumExp(1).sub(logits.mul(hot).sum(1)),
    slope: logits.softmax().sub(hot),
  };
}

/** `dy slope`, row by row; differentiable once more, for the slope changes with the logits. */
function scaleSlope(dy: tf.Tensor, logits: tf.Tensor, slope: tf.Tensor): tf.Tensor {
  return tf.customGrad((dy, logits, slope, save) => {
    const [upstream, inputs, slopes] = [dy, logits, slope] as tf.Tensor[];
    (save as unknown as tf.GradSaveFunc)([upstream, inputs, slopes]);
    return {
      value: slopes.mul(upstream.expandDims(1)),
      gradFunc: (ddy: tf.Tensor, [upstream, inputs, slopes]: tf.Tensor[]) => {
        const shares = inputs.softmax();
        const along = ddy.mul(shares).sum(1, true);
        return [
          ddy.mul(slopes).sum(1),
          ddy.sub(along).mul(shares).mul(upstream.expandDims(1)),
          slopes.zerosLike(),
        ];
      },
    };
  })(dy, logits, slope);
}
