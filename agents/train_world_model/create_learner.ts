import type { RandomStream } from "../../core/random_stream.ts";
import { ActorCriticLearner } from "./actor_critic_learner.ts";
import { CmaEsLearner } from "./cma_es_learner.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import type { ControllerLearner, LearnerNetworks } from "./controller_learner.ts";

/** The learner that a configuration asks for. */
export function createLearner(
  config: TrainWorldModelConfig,
  networks: LearnerNetworks,
  random: RandomStream,
): ControllerLearner {
  return config.controller === "cma-es"
    ? new CmaEsLearner(config, networks, random)
    : new ActorCriticLearner(config, networks, random);
}
