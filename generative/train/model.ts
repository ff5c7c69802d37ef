import type * as tf from "@tensorflow/tfjs";
import type { Losses } from "../nn/gradients.ts";
import type { NamedTensors, ParameterSpecs } from "../nn/parameters.ts";
import type { Tree } from "../runtime/mod.ts";

/** What can be trained: parameters, and a loss that is a pure function of them, a batch and a seed. */
export interface Model<Batch extends Tree = NamedTensors> {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /**
   * The loss and its parts, scalars all. Pure: the same tensors in give the same tensors out, and nothing is read.
   *
   * @param seed int32 `[2]`, for the in-graph random numbers.
   */
  loss(parameters: NamedTensors, batch: Batch, seed: tf.Tensor): Losses;
}

/** All that training changes, by name: what a checkpoint holds. */
export type TrainState = {
  /** The parameters. */
  parameters: NamedTensors;
  /** The optimiser's moments and counters, and the average of the parameters where there is one. */
  optimiser: NamedTensors;
};

/** Frees a state. */
export function disposeTrainState(state: TrainState): void {
  for (const tensors of Object.values(state)) {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  }
}
