import type * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../nn/parameters.ts";
import type { Model } from "../train/model.ts";
import type { PixelNetwork } from "./draw_pictures.ts";

/** A network of pixels that can learn. */
export interface LearningPixelNetwork extends PixelNetwork, Model {
  /** Bytes, int32 `[B, H, W, 1]`, to what the network learns from, of the same shape. */
  prepare(bytes: tf.Tensor): tf.Tensor;
  /** What was learned from as the network takes it: `[B, H, W, 1]`. */
  asPixels(prepared: tf.Tensor): tf.Tensor;
  /** Pixels as they are shown, 0 .. 1. */
  show(pixels: tf.Tensor): tf.Tensor;
  /** How surprising each pixel was, in nats: `[B, H, W]`. */
  surprise(parameters: NamedTensors, prepared: tf.Tensor): tf.Tensor;
  /** See `GenerativeModel.measure`. */
  measure(parameters: NamedTensors, batch: NamedTensors): NamedTensors;
  /** Sets parameters by what was learned from, where it matters how they start. */
  start?(parameters: NamedTensors, prepared: tf.Tensor): NamedTensors;
}
