import { makeFromRecipe, SyncVectorEnv, type VectorEnv } from "../../envs/mod.ts";
import { MappedVectorEnv } from "../mapped_vector_env.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import { controllerControls } from "./controller_actions.ts";

/** `count` real environments as the controller knows them: frames as agents see them, held actions, its own outputs as actions. */
export function assembleEnvironments(config: TrainWorldModelConfig, count: number): VectorEnv {
  const recipe = { id: config.environment, frameSkip: config.frameSkip, agentView: true };
  const envs = new SyncVectorEnv(Array.from({ length: count }, () => makeFromRecipe(recipe)));
  const { space, toActions } = controllerControls(config);
  return new MappedVectorEnv(envs, toActions, space);
}
