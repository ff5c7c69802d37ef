import { driveActions, driveDecisions } from "../action_mapping.ts";
import type { TrainWorldModelConfig } from "./config.ts";

/** Turns the controller's outputs `[N, A]` into `[steer, gas, brake]`, `[N, 3]`. */
export function controllerActions(
  { controller, gasLimit }: TrainWorldModelConfig,
): (outputs: Float32Array) => Float32Array {
  if (controller === "cma-es") return (outputs) => outputs;
  return (outputs) => driveActions(outputs, { gasLimit });
}

/**
 * The way back: the controller's outputs `[N, A]` that come nearest to actions `[steer, gas, brake]`, `[N, 3]`: what
 * the memory is told when somebody else drives.
 */
export function controllerOutputs(
  { controller, gasLimit }: TrainWorldModelConfig,
): (actions: Float32Array) => Float32Array {
  if (controller === "cma-es") return (actions) => actions;
  return (actions) => driveDecisions(actions, { gasLimit });
}
