import * as tf from "@tensorflow/tfjs";
import type { NamedTensors, Statistics } from "../nn/mod.ts";
import type { CriticTraining } from "./convolutional_networks.ts";
import { WGANGP } from "./wgan_gp.ts";

/**
 * A conditional GAN (Mirza and Osindero, 2014) that learns as a WGAN-GP: generator and critic are both told the label, so
 * that it can be chosen. A batch is `{ pictures: [B, H, W, C], labels: [B, K] }`, labels one-hot.
 */
export class ConditionalWGANGP extends WGANGP {
  /** G(z | label). */
  override generate(
    parameters: NamedTensors,
    latents: tf.Tensor,
    { labels }: NamedTensors,
    statistics?: Statistics,
  ): tf.Tensor {
    return super.generate(parameters, tf.concat([latents, labels], 1), {}, statistics);
  }

  /** f(x | label): the label is repeated over the whole picture, as further channels. */
  override score(
    parameters: NamedTensors,
    pictures: tf.Tensor,
    { labels }: NamedTensors,
    training?: CriticTraining,
  ): tf.Tensor {
    const [batch, height, width] = pictures.shape;
    const repeated = labels.reshape([batch, 1, 1, -1]).tile([1, height, width, 1]);
    return super.score(parameters, tf.concat([pictures, repeated], 3), {}, training);
  }
}
