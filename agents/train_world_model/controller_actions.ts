import { Box } from "../../envs/spaces.ts";
import { driveActions, driveDecisions } from "../action_mapping.ts";
import type { TrainWorldModelConfig } from "./config.ts";

/** The controller's outputs: steering and pedals, or `[steer, gas, brake]` as they are. */
export function controllerSpace({ controller }: TrainWorldModelConfig): Box {
  return controller === "cma-es" ? new Box([-1, 0, 0], [1, 1, 1]) : new Box(-1, 1, { shape: [2] });
}

/** Turns the controller's outputs `[N, A]` into `[steer, gas, brake]`, `[N, 3]`. */
export function controllerActions(
  { controller, gasLimit }: TrainWorldModelConfig,
): (outputs: Float32Array) => Float32Array {
  if (controller === "cma-es") return (outputs) => outputs;
  return (outputs) => driveActions(outputs, { gasLimit });
}

/**
 * The way back: the controller's outputs `[N, A]` that come nearest to actions `[steer, gas, brake]`, `[N, 3]`: what
 * the world model is told when somebody else drives.
 */
export function controllerOutputs(
  { controller, gasLimit }: TrainWorldModelConfig,
): (actions: Float32Array) => Float32Array {
  if (controller === "cma-es") return (actions) => actions;
  return (actions) => driveDecisions(actions, { gasLimit });
}
