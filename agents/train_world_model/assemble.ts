import { Box, makeFromRecipe, SyncVectorEnv, type VectorEnv } from "../../envs/mod.ts";
import {
  Memory,
  PAPER_MEMORY,
  PAPER_VISION,
  RecurrentWorldModel,
  SMALL_MEMORY,
  SMALL_VISION,
  Vision,
} from "../../worlds/mod.ts";
import { driveActions } from "../action_mapping.ts";
import { ActorCritic } from "../actor_critic.ts";
import { LinearController } from "../linear_controller.ts";
import { MappedVectorEnv } from "../mapped_vector_env.ts";
import type { TrainWorldModelConfig } from "./config.ts";

/** The networks of a run, without parameters. */
export interface Networks {
  vision: Vision;
  memory: Memory;
  worldModel: RecurrentWorldModel;
  /** What drives. */
  policy: ActorCritic | LinearController;
}

/** Builds the networks that a configuration describes. */
export function assembleNetworks(config: TrainWorldModelConfig): Networks {
  const vision = new Vision(config.vision === "paper" ? PAPER_VISION : SMALL_VISION);
  const policy = assemblePolicy(config, { latentSize: vision.latentSize, hiddenSize: config.memoryUnits });
  const memory = new Memory({
    ...(config.vision === "paper" ? PAPER_MEMORY : SMALL_MEMORY),
    latentSize: vision.latentSize,
    actionSize: policy.actionSize,
    units: config.memoryUnits,
    components: config.mixtures,
    predictChange: config.predictChange,
  });
  return { vision, memory, worldModel: new RecurrentWorldModel(vision, memory), policy };
}

/** The controller alone; `hiddenSize` 0 makes one that sees the latents only. */
export function assemblePolicy(
  config: TrainWorldModelConfig,
  sizes: { latentSize: number; hiddenSize: number },
): ActorCritic | LinearController {
  return config.controller === "actor-critic" ? new ActorCritic(sizes) : new LinearController(sizes);
}

/** Options of {@link assembleEnvironments}. */
export interface EnvironmentOptions {
  /** How many environments. */
  count: number;
  /** Gas at full throttle. @default the configuration's driveGasLimit */
  gasLimit?: number;
}

/** Real environments as the controller knows them: 64x64 frames, held actions, its own outputs as actions. */
export function assembleEnvironments(
  config: TrainWorldModelConfig,
  { count, gasLimit }: EnvironmentOptions,
): VectorEnv {
  const recipe = { id: config.environment, frameSkip: config.frameSkip, cropResize: true };
  const envs = new SyncVectorEnv(Array.from({ length: count }, () => makeFromRecipe(recipe)));
  if (config.controller === "cma-es") return envs;
  return new MappedVectorEnv(envs, controllerActions(config, gasLimit), new Box(-1, 1, { shape: [2] }));
}

/** Turns the controller's outputs `[N, A]` into `[steer, gas, brake]`, `[N, 3]`. */
export function controllerActions(
  config: TrainWorldModelConfig,
  gasLimit: number = config.driveGasLimit,
): (outputs: Float32Array) => Float32Array {
  if (config.controller === "cma-es") return (outputs) => outputs;
  return (outputs) => driveActions(outputs, { gasLimit });
}
