import * as tf from "@tensorflow/tfjs";

/** Comparisons, through which no gradient flows: a mask on a differentiable tensor must not throw. */
const COMPARISONS = [tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual, tf.Equal, tf.NotEqual];

/** Adds the gradients that tfjs lacks, and mends those that throw or are wrong. Safe to call again. */
export function registerMissingGradients(): void {
  for (const kernelName of COMPARISONS) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ["a", "b"],
      gradFunc: (_dy, [a, b]) => ({ a: () => tf.zeros(a.shape), b: () => tf.zeros(b.shape) }),
    });
  }
  registerBroadcasting(tf.Maximum, (dy, a, b) => {
    const first = a.greaterEqual(b).cast("float32");
    return [dy.mul(first), dy.mul(tf.sub(1, first))];
  });
  registerBroadcasting(tf.Minimum, (dy, a, b) => {
    const first = a.lessEqual(b).cast("float32");
    return [dy.mul(first), dy.mul(tf.sub(1, first))];
  });
  registerBroadcasting(tf.SquaredDifference, (dy, a, b) => {
    const slope = dy.mul(a.sub(b).mul(2));
    return [slope, slope.neg()];
  });
  tf.registerGradient({ // tfjs transposes it unless the axis is the last: an error, or silently wrong for squares
    kernelName: tf.Cumsum,
    gradFunc: (dy, _saved, attributes) => {
      const { axis, exclusive, reverse } = attributes as unknown as tf.CumsumAttrs;
      return { x: () => (dy as tf.Tensor).cumsum(axis, exclusive, !reverse) };
    },
  });
  registerGather();
}

/** The gradient of an elementwise op on two tensors, summed over the axes that were broadcast. */
function registerBroadcasting(
  kernelName: string,
  gradients: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => [tf.Tensor, tf.Tensor],
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => {
      const upstream = dy as tf.Tensor;
      return {
        a: () => tf.tidy(() => sumTo(gradients(upstream, a, b)[0], a.shape)),
        b: () => tf.tidy(() => sumTo(gradients(upstream, a, b)[1], b.shape)),
      };
    },
  });
}

function sumTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return (axes.length > 0 ? gradient.sum(axes) : gradient).reshape(shape);
}

let gatherMended = false;

/** tfjs hands the integer indices themselves back as their gradient, which its engine then refuses. */
function registerGather(): void {
  const original = tf.getGradient(tf.GatherV2);
  if (gatherMended || original === undefined) return;
  gatherMended = true;
  tf.registerGradient({
    ...original,
    gradFunc: (dy, saved, attributes) => ({
      ...original.gradFunc(dy, saved, attributes),
      indices: () => tf.zeros(saved[1].shape),
    }),
  });
}
