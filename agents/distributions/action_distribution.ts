import type * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Module, NamedTensors } from "../../generative/nn/mod.ts";

/**
 * How a policy's actions are distributed. Densities are tensor functions, so that they can be learned from; choices are
 * made in plain numbers, row by row, from a seeded stream.
 *
 * A _choice_ is what densities are of (a class, a number before it is clipped); an action follows from it.
 */
export interface ActionDistribution extends Module {
  /** Units of the policy network's last layer. */
  readonly units: number;
  /** Numbers of a choice, C. */
  readonly choiceSize: number;
  /** Numbers of an action of the environment, A. */
  readonly actionSize: number;
  /** The distributions of B rows, `[B, D]`, from the network's outputs, `[B, units]`. */
  describe(parameters: NamedTensors, outputs: tf.Tensor): tf.Tensor;
  /** The log probability (or density) of choices `[B, C]` under distributions `[B, D]`: `[B]`. */
  logProbability(description: tf.Tensor, choices: tf.Tensor): tf.Tensor;
  /** `[B]`, nats. */
  entropy(description: tf.Tensor): tf.Tensor;
  /**
   * Chooses for one row.
   *
   * @param description `[D]`.
   * @param random Draws the choice; without it the likeliest is taken, or the mean.
   * @returns `[C]`.
   */
  choose(description: Float32Array, random?: RandomStream): number[];
  /** The action of a choice, `[A]`, within the environment's bounds. */
  action(choice: readonly number[]): number[];
}
