import type { RandomStream } from "../../core/random_stream.ts";
import {
  type Baseline,
  createMdnRnn,
  type MdnRnn,
  recurrentBaselines,
  type WorldModel,
} from "../../worlds/mod.ts";
import { ActorCritic } from "../actor_critic.ts";
import { LinearController } from "../linear_controller.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import { controllerControls, controllerSpace } from "./controller_actions.ts";

/** The networks of a run, without parameters. */
export interface Networks {
  worldModel: MdnRnn["model"];
  /** The parts of the world model that are trained by themselves. */
  components: MdnRnn["components"];
  /** Models that show a policy less of the same dream. */
  baselines(random: RandomStream): Baseline[];
  /** The policy that drives. */
  policy: ActorCritic | LinearController;
}

/** Builds the networks that a configuration describes. */
export function assembleNetworks(config: TrainWorldModelConfig): Networks {
  const { model, components } = createMdnRnn(config, controllerSpace(config));
  return {
    worldModel: model,
    components,
    policy: assemblePolicy(config, model),
    baselines: (random) => recurrentBaselines(model, random),
  };
}

/** The controller alone, for what it sees of a world model. */
export function assemblePolicy(
  config: TrainWorldModelConfig,
  { featureSize }: WorldModel,
): ActorCritic | LinearController {
  const { parts } = controllerControls(config);
  return config.controller === "actor-critic"
    ? new ActorCritic({ featureSize, initialMean: parts.map(({ start = 0 }) => start) })
    : new LinearController({ featureSize, squash: parts.map(({ squash = "tanh" }) => squash) });
}
