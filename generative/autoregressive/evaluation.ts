import type * as tf from "@tensorflow/tfjs";
import type { MaskedConv2d } from "../nn/masked_conv2d.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import type { MaskedUpsampling } from "./masked_upsampling.ts";

/**
 * How a network of masked convolutions is computed. It is written once, for features of any kind `F`: over whole
 * pictures ({@link WholePictures}), or place by place while a picture is being drawn (`RasterScan`).
 */
export interface Evaluation<F> {
  /** A masked convolution. */
  convolve(layer: MaskedConv2d, features: F): F;
  /** Twice as many rows and columns. */
  enlarge(layer: MaskedUpsampling, features: F): F;
  /** A function of each place alone: `[.., C]` of each of the features to `[.., C']`. */
  map(change: (...tensors: tf.Tensor[]) => tf.Tensor, ...features: F[]): F;
  /** The same features, needed by whole rows: for stacks that see only rows above. */
  byRows(features: F): F;
}

/** Features are tensors `[B, H, W, C]`: for learning and measuring. */
export class WholePictures implements Evaluation<tf.Tensor> {
  /** @param parameters The network's. */
  constructor(readonly parameters: NamedTensors) {}

  /** See {@link Evaluation}. */
  convolve(layer: MaskedConv2d, features: tf.Tensor): tf.Tensor {
    return layer.apply(this.parameters, features);
  }

  /** See {@link Evaluation}. */
  enlarge(layer: MaskedUpsampling, features: tf.Tensor): tf.Tensor {
    return layer.apply(this.parameters, features);
  }

  /** See {@link Evaluation}. */
  map(change: (...tensors: tf.Tensor[]) => tf.Tensor, ...features: tf.Tensor[]): tf.Tensor {
    return change(...features);
  }

  /** See {@link Evaluation}. */
  byRows(features: tf.Tensor): tf.Tensor {
    return features;
  }
}
