import { makeFromRecipe, SyncVectorEnv, type VectorEnv } from "../../envs/mod.ts";
import { MappedVectorEnv } from "../mapped_vector_env.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import { controllerActions, controllerSpace } from "./controller_actions.ts";

/** `count` real environments as the controller knows them: frames as agents see them, held actions, its own outputs as actions. */
export function assembleEnvironments(config: TrainWorldModelConfig, count: number): VectorEnv {
  const recipe = { id: config.environment, frameSkip: config.frameSkip, cropResize: true };
  const envs = new SyncVectorEnv(Array.from({ length: count }, () => makeFromRecipe(recipe)));
  if (config.controller === "cma-es") return envs;
  return new MappedVectorEnv(envs, controllerActions(config), controllerSpace(config));
}
