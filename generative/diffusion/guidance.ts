import * as tf from "@tensorflow/tfjs";
import { uniform } from "../runtime/mod.ts";
import type { NoiseLevel } from "./noise_level.ts";

/** Foresees clean examples, `[B, ..]`, in noised ones at a level of scalars. */
export type Denoise = (x: tf.Tensor, level: NoiseLevel<tf.Tensor>) => tf.Tensor;

/** The same with labels, int32 `[B]`. */
export type DenoiseLabelled = (x: tf.Tensor, level: NoiseLevel<tf.Tensor>, labels: tf.Tensor) => tf.Tensor;

/** How labels steer samples. */
export interface GuidanceOptions {
  /**
   * w in `none + w (labelled - none)`: 0 forgets the label, 1 is what was learned with it, more exaggerates it. (Papers that
   * write `(1 + w) labelled - w none` mean one less.)
   */
  guidance: number;
  /** How much of the labelled prediction's deviation guided ones get back, 0 .. 1 (Lin et al., 2024, section 3.4). @default 0 */
  rescale?: number;
}

/** Which labels there are, and which one says that there is none. */
export interface LabelCount {
  /** Labels, K; K itself stands for none. */
  count: number;
}

/** Hides a share of the labels. @param labels int32 `[B]`. @returns int32 `[B]`, `count` where one is hidden. */
export function dropLabels(
  labels: tf.Tensor,
  { count, hidden }: LabelCount & { hidden: number },
  seed: tf.Tensor,
): tf.Tensor {
  const drop = uniform(labels.shape, seed).less(hidden);
  return tf.where(drop, tf.fill(labels.shape, count, "int32"), labels);
}

/**
 * Classifier-free guidance (Ho and Salimans, 2022): away from what is foreseen without a label, in the direction of what is
 * foreseen with it. Both are computed as one batch of 2 B.
 *
 * @param labels int32 `[B]`, `0 .. K - 1`, or K for none.
 */
export function guided(
  denoise: DenoiseLabelled,
  labels: tf.Tensor,
  { guidance, rescale = 0, count }: GuidanceOptions & LabelCount,
): Denoise {
  const none = tf.fill(labels.shape, count, "int32");
  if (guidance === 0) return (x, level) => denoise(x, level, none);
  if (guidance === 1) return (x, level) => denoise(x, level, labels);
  const both = tf.concat([labels, none]);
  return (x, level) => {
    const [labelled, free] = denoise(tf.concat([x, x]), level, both).split(2);
    const exaggerated = free.add(labelled.sub(free).mul(guidance));
    if (rescale === 0) return exaggerated;
    const ratio = deviation(labelled).div(deviation(exaggerated));
    return exaggerated.mul(ratio.mul(rescale).add(1 - rescale));
  };
}

/** Ways to keep what is foreseen within -1 .. 1. */
export const THRESHOLDS = ["none", "clip", "dynamic"] as const;

/** How what is foreseen is kept within the range of the data. */
export type ThresholdName = typeof THRESHOLDS[number];

/** Share of an example's numbers that dynamic thresholding leaves within its limit. */
const QUANTILE = 0.995;

/**
 * Keeps examples within -1 .. 1: by cutting off, or by the dynamic threshold of Saharia et al. (2022, section 2.3), which
 * divides what is too large by the 99.5th percentile of its absolute values, so that strong guidance does not saturate.
 */
export function threshold(name: ThresholdName, clean: tf.Tensor): tf.Tensor {
  if (name === "none") return clean;
  if (name === "clip") return clean.clipByValue(-1, 1);
  const flat = clean.reshape([clean.shape[0], -1]);
  const above = Math.max(1, Math.round((1 - QUANTILE) * flat.shape[1]!));
  const largest = flat.abs().topk(above).values;
  const limit = largest.slice([0, above - 1], [-1, 1]).maximum(1);
  return flat.maximum(limit.neg()).minimum(limit).div(limit).reshape(clean.shape);
}

/** Standard deviation of each example, `[B, 1, ..]`. */
function deviation(x: tf.Tensor): tf.Tensor {
  return tf.moments(x, x.shape.slice(1).map((_, i) => i + 1), true).variance.sqrt();
}
