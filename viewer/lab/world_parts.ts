import type { TrainWorldModelConfig } from "../../agents/train_world_model/config.ts";
import type { RestoredNetworks } from "../../agents/train_world_model/restore_networks.ts";
import type { Pause } from "./model_kinds.ts";

/** What following, dreaming and driving are made from. */
export interface WorldParts extends RestoredNetworks {
  /** The run's name. */
  name: string;
  /** Its configuration. */
  config: TrainWorldModelConfig;
  /** Numbers in an action of the environment, A. */
  actionSize: number;
  /** The controller's outputs, row-major, as the environment's actions. */
  toActions(outputs: Float32Array): Float32Array;
  /** The environment's actions, row-major, as the controller's outputs. */
  toOutputs(actions: Float32Array): Float32Array;
  /** See {@link Pause}. */
  pause: Pause;
}

/** Checks that an array holds what its shape wants. @throws RangeError where it does not. */
export function checkLength(values: ArrayLike<number>, shape: readonly number[], what: string): void {
  const wanted = shape.reduce((product, size) => product * size, 1);
  if (values.length === wanted) return;
  throw new RangeError(`Cannot ${what} of [${shape}]: expected ${wanted} numbers, got ${values.length}`);
}
