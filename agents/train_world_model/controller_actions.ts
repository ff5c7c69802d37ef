import { boxControls, type Controls } from "../../envs/controls.ts";
import "../../envs/register_all.ts";
import { envSpec, make } from "../../envs/registry.ts";
import type { Box } from "../../envs/spaces.ts";
import type { TrainWorldModelConfig } from "./config.ts";

/**
 * What the controller decides in its environment.
 *
 * @throws RangeError for an environment that is unknown; TypeError for one whose actions no controller can take.
 */
export function controllerControls(config: TrainWorldModelConfig): Controls {
  const { environment: id, controller } = config;
  const { controls } = envSpec(id);
  if (controls) return controls({ ...config, symmetric: controller !== "cma-es" });
  const env = make(id);
  env.close();
  return boxControls(id, env.actionSpace);
}

/** The values of the controller's outputs. */
export function controllerSpace(config: TrainWorldModelConfig): Box {
  return controllerControls(config).space;
}

/** Turns the controller's outputs `[N, A]` into the environment's actions, `[N, B]`. */
export function controllerActions(config: TrainWorldModelConfig): Controls["toActions"] {
  return controllerControls(config).toActions;
}

/**
 * The way back: the controller's outputs `[N, A]` that come nearest to actions `[N, B]`: what the world model is told when
 * somebody else acts.
 */
export function controllerOutputs(config: TrainWorldModelConfig): Controls["toDecisions"] {
  return controllerControls(config).toDecisions;
}
