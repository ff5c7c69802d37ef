import type * as tf from "@tensorflow/tfjs";
import type { Module, NamedTensors } from "../../generative/nn/mod.ts";

/** What a policy keeps of an episode, beside what it sees now. */
export interface Memory extends Module {
  /** Numbers that come out, U. */
  readonly units: number;
  /** What is kept when nothing was seen yet, for B rows. */
  empty(batch: number): NamedTensors;
  /**
   * Takes in what is seen now.
   *
   * @param seen `[B, F]`.
   * @param before What was kept.
   * @param firsts `[B]`, 1 where an episode begins: what was kept is forgotten before.
   * @returns `[B, U]`, and what is kept from now on.
   */
  step(
    parameters: NamedTensors,
    seen: tf.Tensor,
    before: NamedTensors,
    firsts: tf.Tensor,
  ): { output: tf.Tensor; memory: NamedTensors };
  /**
   * Takes in whole sequences, which begin with nothing kept: the same numbers as step by step.
   *
   * @param seen `[T, B, F]`.
   * @param firsts `[T, B]`.
   * @returns `[T, B, U]`.
   */
  sequence(parameters: NamedTensors, seen: tf.Tensor, firsts: tf.Tensor): tf.Tensor;
}
