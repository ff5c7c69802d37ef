import type * as tf from "@tensorflow/tfjs";
import type { Module, NamedTensors, Statistics } from "../nn/mod.ts";

/** What a forward pass of training needs and finds. */
export interface Training {
  /** The seed of all that is drawn, int32 `[2]`. */
  seed: tf.Tensor;
  /** Takes up moving averages. */
  statistics: Statistics;
}

/** A network that tells classes apart. */
export interface ClassifierNetwork extends Module {
  /** The kernel that looks at the pixels, by name: `[k, k, C, filters]`, or `[H W C, units]`. */
  readonly firstKernel: string;
  /**
   * Pictures `[B, H, W, C]`, 0 .. 1, to logits `[B, classes]`.
   *
   * @param training Given in training alone.
   */
  apply(parameters: NamedTensors, pictures: tf.Tensor, training?: Training): tf.Tensor;
}
