import type * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  decayingFrequencies,
  Embedding,
  initialisers,
  MLP,
  type Module,
  type NamedTensors,
  type ParameterSpecs,
  sinusoids,
} from "../nn/mod.ts";
import type { Conditions, DenoisingNetwork, DenoisingTraining } from "./diffusion.ts";
import { UNet, type UNetOptions } from "./unet.ts";

/** Sizes of a {@link PictureNetwork}. */
export interface PictureNetworkOptions extends Omit<UNetOptions, "inputs" | "outputs" | "embedding"> {
  /** Channels of a picture. */
  colors: number;
  /** Labels, K; 0 tells it none. */
  labels: number;
}

/** What the number of the noise is multiplied by, so that the fastest sine turns many times in its range. */
const RESOLUTION = 1000;

/**
 * A {@link UNet} that is told the noise, by a perceptron over its sines and cosines, and the label, by a learned vector that
 * is added (Dhariwal and Nichol, 2021); one more vector says that there is none.
 */
export class PictureNetwork implements DenoisingNetwork {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #unet: UNet;
  readonly #noise: MLP;
  readonly #labels?: Embedding;

  /** Declares the layers. */
  constructor(readonly options: PictureNetworkOptions) {
    const { channels, colors, labels, ...sizes } = options;
    const embedding = 4 * channels;
    this.#unet = new UNet("unet", { ...sizes, channels, inputs: colors, outputs: colors, embedding });
    this.#noise = new MLP("noise", {
      inputs: channels,
      hidden: [embedding],
      outputs: embedding,
      activation: "swish",
    });
    const modules: Module[] = [this.#unet, this.#noise];
    if (labels > 0) {
      this.#labels = new Embedding("labels", {
        tokens: labels + 1,
        units: embedding,
        initialiser: initialisers.normal(1),
      });
      modules.push(this.#labels);
    }
    this.parameters = collectParameters(...modules);
  }

  /** @param x `[B, H, W, C]`. */
  apply(
    parameters: NamedTensors,
    x: tf.Tensor,
    { noise, labels }: Conditions,
    training?: DenoisingTraining,
  ): tf.Tensor {
    const waves = sinusoids(noise.mul(RESOLUTION), decayingFrequencies(this.options.channels / 2));
    let embedding = this.#noise.apply(parameters, waves);
    if (this.#labels) embedding = embedding.add(this.#labels.apply(parameters, labels!));
    return this.#unet.apply(parameters, x, embedding, training?.seed);
  }
}
