import type { RandomStream } from "../../core/random_stream.ts";
import { Box } from "../../envs/spaces.ts";
import {
  type Baseline,
  Memory,
  PAPER_MEMORY,
  PAPER_VISION,
  recurrentBaselines,
  RecurrentWorldModel,
  SMALL_MEMORY,
  SMALL_VISION,
  Vision,
} from "../../worlds/mod.ts";
import { ActorCritic } from "../actor_critic.ts";
import { LinearController } from "../linear_controller.ts";
import type { TrainWorldModelConfig } from "./config.ts";

/** The networks of a run, without parameters. */
export interface Networks {
  vision: Vision;
  memory: Memory;
  worldModel: RecurrentWorldModel;
  /** Models that show a policy less of the same dream. */
  baselines(random: RandomStream): Baseline[];
  /** The policy that drives. */
  policy: ActorCritic | LinearController;
}

/** Builds the networks that a configuration describes. */
export function assembleNetworks(config: TrainWorldModelConfig): Networks {
  const vision = new Vision(config.vision === "paper" ? PAPER_VISION : SMALL_VISION);
  const policy = assemblePolicy(config, { featureSize: vision.latentSize + config.memoryUnits });
  const memory = new Memory({
    ...(config.vision === "paper" ? PAPER_MEMORY : SMALL_MEMORY),
    latentSize: vision.latentSize,
    actionSize: policy.actionSize,
    units: config.memoryUnits,
    components: config.mixtures,
    predictChange: config.predictChange,
    doneWeight: config.doneWeight,
  });
  const worldModel = new RecurrentWorldModel(vision, memory, new Box(policy.low, policy.high));
  return {
    vision,
    memory,
    worldModel,
    policy,
    baselines: (random) => recurrentBaselines(worldModel, random),
  };
}

/** The controller alone. */
export function assemblePolicy(
  config: TrainWorldModelConfig,
  sizes: { featureSize: number },
): ActorCritic | LinearController {
  return config.controller === "actor-critic" ? new ActorCritic(sizes) : new LinearController(sizes);
}
