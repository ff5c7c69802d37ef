import type { Baseline, Component, TrainableWorldModel, WorldModel } from "../../worlds/mod.ts";
import { ActorCritic } from "../actor_critic.ts";
import { LinearController } from "../linear_controller.ts";
import { type TrainWorldModelConfig, worldKindOf } from "./config.ts";
import { controllerControls, controllerSpace } from "./controller_actions.ts";

/** The networks of a run, without parameters. */
export interface Networks {
  worldModel: TrainableWorldModel;
  /** The parts of the world model that are trained by themselves, in this order. */
  components: readonly Component[];
  /** Models that show a policy less of the same dream. */
  baselines: readonly Baseline[];
  /** Expected milliseconds of a decision in one of many dreams, where the kind of world tells them. */
  dreamMilliseconds?: number;
  /** The policy that drives. */
  policy: ActorCritic | LinearController;
}

/** Builds the networks that a configuration describes. */
export function assembleNetworks(config: TrainWorldModelConfig): Networks {
  const spaces = { actions: controllerSpace(config) };
  const { model, components, baselines, dreamMilliseconds } = worldKindOf(config).create(config, spaces);
  return {
    worldModel: model,
    components,
    baselines,
    dreamMilliseconds,
    policy: assemblePolicy(config, model),
  };
}

/** The controller alone, for what it sees of a world model. */
export function assemblePolicy(
  config: TrainWorldModelConfig,
  { featureSize }: WorldModel,
): ActorCritic | LinearController {
  const { parts } = controllerControls(config);
  return config.controller === "cma-es"
    ? new LinearController({ featureSize, squash: parts.map(({ squash = "tanh" }) => squash) })
    : new ActorCritic({ featureSize, initialMean: parts.map(({ start = 0 }) => start) });
}
