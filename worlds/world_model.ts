import type * as tf from "@tensorflow/tfjs";
import type { NamedTensors, ParameterSpecs } from "../generative/nn/parameters.ts";
import type { LatentDistribution } from "./mdn_rnn/vision.ts";

/** Where a dream stands: one row for each of B dreams. */
export interface WorldPosition {
  /** `[B, Z]`. */
  latents: tf.Tensor;
  /** The model's memory of what came before, `[B, ...]` each; an MDN-RNN's `hidden` and `cell`, `[B, U]`. */
  state: NamedTensors;
}

/** What one step of a dream gives. */
export interface WorldStep extends WorldPosition {
  /** `[B]`, in the environment's unit. */
  reward: tf.Tensor1D;
  /** `[B]`, 0 to 1: what the model expects of the environment's costs, such as wheels off the road. */
  cost: tf.Tensor1D;
  /** Log odds that the episode ended with this step, `[B]`. */
  doneLogit: tf.Tensor1D;
}

/** Random numbers that one step uses up for each dream. */
export interface NoiseSpec {
  /** Numbers a dream and step; the tensor is `[B, size]`. */
  size: number;
  /** Uniform in [0, 1), or standard normal. */
  kind: "uniform" | "normal";
}

/** What {@link WorldModel.step} takes beside the position. */
export interface WorldStepOptions {
  /**
   * Sharpness of the samples: 1 as learned, lower is surer, 0 without noise. A number becomes a part of a compiled
   * step, a tensor is one of its inputs. @default 1
   */
  temperature?: number | tf.Scalar;
}

/**
 * A learned model of an environment. All methods are pure tensor functions over named parameters, which may be
 * compiled and differentiated; the MDN-RNN and the transformers implement it alike.
 */
export interface WorldModel {
  /** Numbers in a latent, Z. */
  readonly latentSize: number;
  /** Numbers in an action, A. */
  readonly actionSize: number;
  /** All parameters, of vision and of memory. */
  readonly parameters: ParameterSpecs;
  /** The noise of one step, by name: what {@link WorldModel.step} draws from a seed or is handed. */
  readonly noise: Record<string, NoiseSpec>;
  /** Frames `[B, 64, 64, 3]` (float32 in [0, 1] or int32 in 0 .. 255) to a distribution of latents. */
  encode(parameters: NamedTensors, frames: tf.Tensor): LatentDistribution;
  /** Latents `[B, Z]` to frames `[B, 64, 64, 3]` in [0, 1]. */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor4D;
  /** The state before an episode's first step. */
  initialState(batch: number): NamedTensors;
  /**
   * One sampled step. Gradients flow through latents, state and action.
   *
   * @param input Position and action `[B, A]`.
   * @param random A seed (int32 `[2]`), or the noise itself, a tensor for each name of {@link WorldModel.noise}.
   */
  step(
    parameters: NamedTensors,
    input: WorldPosition & { action: tf.Tensor },
    random: tf.Tensor | NamedTensors,
    options?: WorldStepOptions,
  ): WorldStep;
}
