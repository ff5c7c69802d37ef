import * as tf from "@tensorflow/tfjs";
import { gatherRows } from "./embedding.ts";

/** What {@link linearCrossEntropy} takes. */
export interface LinearCrossEntropyInputs {
  /** float32 `[N, U]`. */
  features: tf.Tensor;
  /** float32 `[U, K]`. */
  kernel: tf.Tensor;
  /** float32 `[K]`. */
  bias: tf.Tensor;
  /** int32 `[N]`, each `0 .. K - 1`. */
  labels: tf.Tensor;
  /** What each row counts, float32 `[N]`; no gradient flows through it. */
  weights: tf.Tensor;
}

/** Logits that are held at a time: 16 MB, which memory allocators give out again without asking the system. */
const LOGITS_AT_ONCE = 4_000_000;

/**
 * The weighted sum of cross-entropies under the logits `features kernel + bias`, in nats, without ever holding all
 * logits: with thousands of rows and of classes they would fill hundreds of megabytes, twice (Wijmans et al., 2024, "Cut
 * Your Losses in Large-Vocabulary Language Models").
 *
 * @returns A scalar; differentiable once, by features, kernel and bias.
 */
export function linearCrossEntropy(inputs: LinearCrossEntropyInputs): tf.Tensor {
  const { features, kernel, bias, labels, weights } = inputs;
  const rows = labels.as1D();
  const labelled = features.mul(gatherRows(kernel.transpose(), rows)).sum(1)
    .add(gatherRows(bias.expandDims(1), rows).squeeze([1]));
  return logPartition(inputs).sub(labelled.mul(weights).sum());
}

/**
 * The weighted sum of `logsumexp(features kernel + bias)` over rows. They go in groups, and the gradient, `softmax` times
 * the weight, is used as soon as it is known.
 */
function logPartition({ features, kernel, bias, weights }: LinearCrossEntropyInputs): tf.Tensor {
  const count = features.shape[0];
  const atOnce = Math.max(1, Math.floor(LOGITS_AT_ONCE / bias.shape[0]));
  const compute = tf.customGrad((...inputs) => {
    const [features, kernel, bias] = inputs.slice(0, 3) as tf.Tensor2D[];
    const save = inputs[3] as unknown as tf.GradSaveFunc;
    const sums: tf.Tensor[] = [];
    const featureGradients: tf.Tensor[] = [];
    let kernelGradient: tf.Tensor = kernel.zerosLike();
    let biasGradient: tf.Tensor = bias.zerosLike();
    for (let first = 0; first < count; first += atOnce) {
      const size = Math.min(atOnce, count - first);
      const weight = weights.slice([first], [size]).expandDims(1) as tf.Tensor2D;
      // TensorFlow would compute the logits of all groups at once: each waits for the one before
      const rows = features.slice([first, 0], [size, -1]).add(zeroAfter(sums.at(-1))) as tf.Tensor2D;
      const logits = rows.matMul(kernel).add(bias);
      const shares = logits.softmax() as tf.Tensor2D;
      // the largest share is exp(largest logit - logsumexp), and never so small that it is lost
      const partition = logits.max(1, true).sub(shares.max(1, true).log());
      sums.push(partition.mul(weight).sum());
      featureGradients.push(shares.matMul(kernel, false, true).mul(weight));
      kernelGradient = kernelGradient.add(rows.mul(weight).matMul(shares, true));
      biasGradient = biasGradient.add(weight.matMul(shares, true).squeeze([0]));
    }
    save([tf.concat(featureGradients, 0), kernelGradient, biasGradient]);
    return {
      value: tf.addN(sums),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => saved.map((gradient) => gradient.mul(dy)),
    };
  });
  return compute(features, kernel, bias);
}

/** 0, once the tensor is known. */
function zeroAfter(tensor: tf.Tensor | undefined): tf.Tensor {
  return tensor === undefined ? tf.scalar(0) : tensor.clipByValue(0, 0);
}
