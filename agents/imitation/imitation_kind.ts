import * as tf from "@tensorflow/tfjs";
import { OBSERVATIONS_GROUP } from "../checkpoint_groups.ts";
import type { AgentSpaces, OfflineKind } from "../learner_kind.ts";
import { predictionOf } from "../offline/action_prediction.ts";
import { loadPolicy } from "../offline/load_policy.ts";
import { OFFLINE_ENVIRONMENTS } from "../offline/presets.ts";
import { RecordedDecisions } from "../offline/recorded_decisions.ts";
import { SupervisedLearner } from "../offline/supervised_learner.ts";
import { Perception } from "../perception/perception.ts";
import { bestEpisodes } from "./best_episodes.ts";
import { IMITATION_FIELDS, type ImitationConfig } from "./fields.ts";
import { ImitationAgent, type Imitator } from "./imitation_agent.ts";
import { type Imitated, ImitationPolicy } from "./imitation_policy.ts";

/** Behaviour cloning. */
export const IMITATION_KIND: OfflineKind<ImitationConfig> = {
  family: "agents",
  name: "imitation",
  title: "Imitation",
  paper: "Pomerleau 1989, ALVINN: An Autonomous Land Vehicle in a Neural Network",
  notes:
    "Learns to do what was done in recordings, or in the best of them. It never asks what that came to, and is lost where " +
    "no recording has been.",
  fields: IMITATION_FIELDS,
  smoke: { updates: 100, batchSize: 32, testEpisodes: 2 },
  environments: OFFLINE_ENVIRONMENTS,
  learnsFrom: "recordings",
  create(config, spaces, recorded) {
    const imitator = imitatorOf(config, spaces);
    const episodes = bestEpisodes(recorded, config.best);
    const { perception, network } = imitator, { batchSize: count } = config;
    const decisions = new RecordedDecisions(perception, episodes);
    return new SupervisedLearner<Imitated>(config, {
      name: "imitation",
      model: network,
      perception,
      episodes,
      draw(random) {
        const { observations, actions } = decisions.draw(random, { count, length: 1 });
        return {
          observations: perception.tensor(observations, count),
          actions: tf.tensor2d(actions, [count, network.options.prediction.actionSize]),
        };
      },
      agent: (parameters) => new ImitationAgent(imitator, parameters),
    });
  },
  load(config, spaces, arrays) {
    const imitator = imitatorOf(config, spaces);
    imitator.perception.restore(arrays[OBSERVATIONS_GROUP]);
    return loadPolicy(imitator.network, arrays, (parameters) => new ImitationAgent(imitator, parameters));
  },
};

function imitatorOf(config: ImitationConfig, { observations, actions }: AgentSpaces): Imitator {
  const perception = new Perception(observations, { normalise: config.normaliseObservations });
  const network = new ImitationPolicy({
    ...config,
    shape: perception.shape,
    prediction: predictionOf(actions),
  });
  return { perception, network };
}
