import type * as tf from "@tensorflow/tfjs";
import type { Module, NamedTensors } from "../generative/nn/mod.ts";

/** How a policy decides. */
export interface PolicyOptions {
  /** Draw the action from the policy's distribution, instead of taking its mean. @default false */
  sample?: boolean;
}

/**
 * A controller on a world model's features as a pure tensor function, so that one definition drives in the
 * dream, in reality and inside a compiled step.
 */
export interface Policy extends Module {
  /** How many numbers an action has. */
  readonly actionSize: number;
  /** The least value of each action, `[actionSize]`. */
  readonly low: readonly number[];
  /** The greatest value of each action, `[actionSize]`. */
  readonly high: readonly number[];
  /**
   * Decides.
   *
   * @param features What is seen of the world, `[B, F]`, see `WorldModel.features`.
   * @param seed int32 `[2]`, used where the policy draws.
   * @returns `[B, actionSize]`, between `low` and `high`.
   */
  act(parameters: NamedTensors, features: tf.Tensor, seed: tf.Tensor, options?: PolicyOptions): tf.Tensor;
}
