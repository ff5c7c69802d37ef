import type * as tf from "@tensorflow/tfjs";
import { MLP } from "../../generative/nn/mlp.ts";
import type { NamedTensors, ParameterSpecs } from "../../generative/nn/parameters.ts";
import type { Vision } from "../mdn_rnn/vision.ts";
import type { Sight } from "../parts/sight.ts";

/** What an error of the autoencoder's latents counts: as if each had a standard deviation of 0.2. */
const LATENT_WEIGHT = 1 / (2 * 0.2 ** 2);

/**
 * The latents of a variational autoencoder that was trained before and stays as it is, and a network that foresees them.
 * Batches hold latents' means. Pictures are what the autoencoder draws, with its own parameters beside the others.
 */
export class FrozenSight implements Sight {
  /** Those of the network that foresees latents, `<name>/latents`. */
  readonly parameters: ParameterSpecs;
  /** Z. */
  readonly size: number;
  readonly #latents: MLP;

  /** Declares the network under a name, for features of F numbers. */
  constructor(name: string, readonly vision: Vision, { features }: { features: number }) {
    this.size = vision.latentSize;
    this.#latents = new MLP(`${name}/latents`, { inputs: features, hidden: [128], outputs: this.size });
    this.parameters = this.#latents.parameters;
  }

  /** Means, `[N, Z]`, as they are. */
  embed(_: NamedTensors, seen: tf.Tensor): tf.Tensor {
    return seen;
  }

  /** The squared error of the latents, weighted and summed. */
  error(parameters: NamedTensors, features: tf.Tensor, seen: tf.Tensor): tf.Tensor {
    return this.#latents.apply(parameters, features).sub(seen).square().sum(1).mul(LATENT_WEIGHT);
  }

  /** What the autoencoder draws of the latents that are foreseen. */
  picture(parameters: NamedTensors, features: tf.Tensor): tf.Tensor4D {
    return this.vision.decode(parameters, this.#latents.apply(parameters, features));
  }
}
