import {
  agentView,
  type Disturbance,
  makeFromRecipe,
  SyncVectorEnv,
  type VectorEnv,
  type WrapperRecipe,
} from "../../envs/mod.ts";
import { MappedVectorEnv } from "../mapped_vector_env.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import { controllerControls } from "./controller_actions.ts";

/**
 * `count` real environments as the controller knows them: frames as agents see them, held actions, its own outputs as
 * actions.
 *
 * @param disturbance What is done to the environment's pictures. @default nothing
 */
export function assembleEnvironments(
  config: TrainWorldModelConfig,
  count: number,
  disturbance?: Disturbance,
): VectorEnv {
  const { environment: id, frameSkip } = config;
  const wrappers: WrapperRecipe[] = disturbance === undefined ? [] : [["DisturbPicture", { disturbance }]];
  const seen = () => agentView(makeFromRecipe({ id, frameSkip, wrappers }));
  const envs = new SyncVectorEnv(Array.from({ length: count }, seen));
  const { space, toActions } = controllerControls(config);
  return new MappedVectorEnv(envs, toActions, space);
}
