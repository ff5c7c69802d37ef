import * as tf from "@tensorflow/tfjs";
import type { MaskedConv2d } from "../nn/masked_conv2d.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { type Evaluation, WholePictures } from "./evaluation.ts";
import type { MaskedUpsampling } from "./masked_upsampling.ts";

/**
 * Sets gains and biases of weight-normalised layers so that what each layer gives has mean 0 and variance 1 on some
 * pictures (Salimans and Kingma, 2016, "Weight Normalization", section 3).
 */
export class DataDependentStart implements Evaluation<tf.Tensor> {
  /** The gains and biases found, by name. */
  readonly found: NamedTensors = {};
  readonly #whole: WholePictures;

  /** @param parameters The network's. */
  constructor(readonly parameters: NamedTensors) {
    this.#whole = new WholePictures(parameters);
  }

  /** See {@link Evaluation}. */
  convolve(layer: MaskedConv2d, features: tf.Tensor): tf.Tensor {
    return this.#standardise(layer.name, this.#whole.convolve(layer, features));
  }

  /** See {@link Evaluation}. */
  enlarge(layer: MaskedUpsampling, features: tf.Tensor): tf.Tensor {
    return this.#standardise(layer.name, this.#whole.enlarge(layer, features));
  }

  /** See {@link Evaluation}. */
  map(change: (...tensors: tf.Tensor[]) => tf.Tensor, ...features: tf.Tensor[]): tf.Tensor {
    return this.#whole.map(change, ...features);
  }

  /** See {@link Evaluation}. */
  byRows(features: tf.Tensor): tf.Tensor {
    return features;
  }

  /** Gains are 1 and biases 0 at first, so that both follow from the moments. */
  #standardise(name: string, outputs: tf.Tensor): tf.Tensor {
    const { mean, variance } = tf.moments(outputs, [0, 1, 2]);
    const gain = variance.add(1e-10).rsqrt();
    const bias = mean.mul(gain).neg();
    this.found[`${name}/gain`] = gain;
    this.found[`${name}/bias`] = bias;
    return outputs.mul(gain).add(bias);
  }
}
