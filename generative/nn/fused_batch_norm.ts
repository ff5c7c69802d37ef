import * as tf from "@tensorflow/tfjs";
import { executeNative, isNative, type NativeAttributes } from "../runtime/native.ts";
import { standardise } from "./standardise.ts";

/** The batch normalisation of {@link normaliseBatch}. */
export interface NormalisedBatch {
  /** `[.., C]`: mean `offset` and deviation `scale` in every channel. */
  y: tf.Tensor;
  /** `[C]`; no gradient flows through it. */
  mean: tf.Tensor;
  /** `[C]`, divided by N, not N - 1; no gradient flows through it. */
  variance: tf.Tensor;
}

const KERNEL = "BatchNormTraining";
const GRADIENT = "BatchNormTrainingGradient";

/**
 * Normalises by the batch's own mean and variance, over all axes but the last (Ioffe and Szegedy, 2015, algorithm 1).
 *
 * On TensorFlow it is one operation (`FusedBatchNormV3`), and its gradient another; both are differentiable, by
 * plain operations, where a gradient of a gradient is asked for.
 *
 * @param x `[.., C]`.
 * @param scale `[C]`.
 * @param offset `[C]`.
 * @param epsilon Added to the variance.
 */
export function normaliseBatch(
  x: tf.Tensor,
  { scale, offset, epsilon }: { scale: tf.Tensor; offset: tf.Tensor; epsilon: number },
): NormalisedBatch {
  if (!isNative()) {
    const { mean, variance, centred, inverse } = standardise(x, { axes: leadingAxes(x), epsilon });
    return { y: centred.mul(inverse.mul(scale)).add(offset), mean, variance };
  }
  registerKernels();
  const channels = x.shape[x.rank - 1];
  const pictures = x.rank === 4 ? x : x.reshape([-1, 1, 1, channels]);
  const [y, mean, variance] = tf.engine().runKernel(KERNEL, { x: pictures, scale, offset }, {
    epsilon,
  }) as tf.Tensor[];
  const count = x.size / channels;
  return {
    y: x.rank === 4 ? y : y.reshape(x.shape),
    mean,
    variance: variance.mul(Math.max(count - 1, 1) / count), // the kernel's is divided by N - 1
  };
}

/**
 * What the gradients of `y` by `x`, `scale` and `offset` add to those of their own inputs, in plain operations.
 *
 * With `s` the standardised x, `h = 1 / sqrt(variance + epsilon)` and the projection
 * `P(v) = v - mean(v) - s mean(v s)`, which is its own transpose, those gradients are `scale h P(dy)`, `sum(dy s)`
 * and `sum(dy)`; `P` again appears in how `s` depends on x (`h P`), and `h` changes by `-h^2 s / N`.
 *
 * @param upstream The gradients that came back for the three.
 */
function secondOrder(
  upstream: tf.Tensor[],
  { dy, x, scale, epsilon }: { dy: tf.Tensor; x: tf.Tensor; scale: tf.Tensor; epsilon: number },
): { dy: tf.Tensor; x: tf.Tensor; scale: tf.Tensor } {
  const [u, uScale, uOffset] = upstream;
  const axes = leadingAxes(x);
  const { centred, inverse } = standardise(x, { axes, epsilon });
  const standard = centred.mul(inverse);
  const count = x.size / x.shape[x.rank - 1];
  const project = (v: tf.Tensor) => v.sub(v.mean(axes)).sub(standard.mul(v.mul(standard).mean(axes)));
  const factor = inverse.mul(scale);
  const product = u.mul(project(dy)).sum(axes);
  const [uAlong, dyAlong] = [u, dy].map((v) => v.mul(standard).mean(axes));
  const byStandard = dy.mul(uScale).sub(u.mul(dyAlong).add(dy.mul(uAlong)).mul(factor));
  return {
    dy: project(u).mul(factor).add(standard.mul(uScale)).add(uOffset),
    x: project(byStandard).mul(inverse).sub(standard.mul(product.mul(factor).mul(inverse).div(count))),
    scale: product.mul(inverse),
  };
}

const leadingAxes = (x: tf.Tensor) => x.shape.slice(0, -1).map((_, axis) => axis);

/** Tells tfjs of the two operations, which have several outputs; `tf.customGrad` takes only one. */
function registerKernels(): void {
  if (tf.getGradient(KERNEL)) return;
  const attributes = (epsilon: number): NativeAttributes => ({
    T: { type: "float32" },
    U: { type: "float32" },
    epsilon: { float: epsilon },
    "data_format": { string: "NHWC" },
    "is_training": { bool: true },
  });
  const epsilonOf = (attrs: unknown) => (attrs as { epsilon: number }).epsilon;

  tf.registerKernel({
    kernelName: KERNEL,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => {
      const { x, scale, offset } = inputs as Record<string, tf.Tensor>;
      const none = tf.tensor1d([]);
      const outputs = executeNative(
        "FusedBatchNormV3",
        {
          ...attributes(epsilonOf(attrs)),
          "exponential_avg_factor": { float: 1 },
        },
        [x, scale, offset, none, none],
        6,
      );
      none.dispose();
      return outputs;
    },
  });
  tf.registerGradient({
    kernelName: KERNEL,
    inputsToSave: ["x", "scale"],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dys, [x, scale, first, second, third], attrs) => {
      const dy = (dys as tf.Tensor[])[0];
      const [dx, dScale, dOffset] = tf.engine().runKernel(
        GRADIENT,
        { dy, x, scale, first, second, third },
        attrs,
      ) as tf.Tensor[];
      return { x: () => dx, scale: () => dScale, offset: () => dOffset };
    },
  });

  tf.registerKernel({
    kernelName: GRADIENT,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, x, scale, first, second, third } = inputs as Record<string, tf.Tensor>;
      const outputs = executeNative(
        "FusedBatchNormGradV3",
        attributes(epsilonOf(attrs)),
        [dy, x, scale, first, second, third],
        5,
      );
      for (const unused of outputs.slice(3)) unused.dispose();
      return outputs.slice(0, 3);
    },
  });
  tf.registerGradient({
    kernelName: GRADIENT,
    inputsToSave: ["dy", "x", "scale", "first", "second", "third"],
    gradFunc: (upstream, [dy, x, scale, ...reserved], attrs) => {
      const gradients = secondOrder(upstream as tf.Tensor[], { dy, x, scale, epsilon: epsilonOf(attrs) });
      const [first, second, third] = reserved.map((tensor) => () => tensor.zerosLike());
      return {
        dy: () => gradients.dy,
        x: () => gradients.x,
        scale: () => gradients.scale,
        first,
        second,
        third,
      };
    },
  });
}
