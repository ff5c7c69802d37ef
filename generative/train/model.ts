import type * as tf from "@tensorflow/tfjs";
import type { Losses } from "../nn/gradients.ts";
import type { NamedTensors, ParameterSpecs } from "../nn/parameters.ts";
import { disposeTree, type Tree } from "../runtime/tree.ts";

/** What can be trained: parameters, and a loss that is a pure function of them, a batch and a seed. */
export interface Model<Batch extends Tree = NamedTensors> {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** Tensors that only training needs and the loss itself changes; names differ from the parameters'. @default none */
  readonly buffers?: ParameterSpecs;
  /**
   * The loss and its parts, scalars all. Pure: the same tensors in give the same tensors out, and nothing is read.
   *
   * @param parameters By full name, the buffers among them. The new values of statistics and buffers go into the
   * losses' parts, see `Statistics`.
   * @param seed int32 `[2]`, for the in-graph random numbers.
   */
  loss(parameters: NamedTensors, batch: Batch, seed: tf.Tensor): Losses;
}

/** All that training changes, by name: what a checkpoint holds. */
export type TrainState = {
  /** The parameters. */
  parameters: NamedTensors;
  /** The optimiser's moments and counters. */
  optimiser: NamedTensors;
  /** The moving average of parameters under their own names, and its `average/step`; missing without one. */
  average?: NamedTensors;
  /** What the model itself changes while it trains, such as an energy model's samples; missing without any. */
  buffers?: NamedTensors;
};

/** Frees a state. */
export function disposeTrainState(state: TrainState): void {
  disposeTree(state);
}
