import type { OnlineKind } from "../learner_kind.ts";
import { AttentionAgent, SharedWeights } from "./attention_agent.ts";
import { attentionPolicy, AttentionSearch, savedWeights } from "./attention_search.ts";
import { ATTENTION_FIELDS, type AttentionConfig } from "./fields.ts";
import { ATTENTION_ENVIRONMENTS } from "./presets.ts";

/** Evolution of an agent that acts by where the important patches of a picture are. */
export const ATTENTION_KIND: OnlineKind<AttentionConfig> = {
  family: "agents",
  name: "attention-agent",
  title: "Agent with a bottleneck of attention",
  paper: "Tang, Nguyen and Ha 2020, Neuroevolution of Self-Interpretable Agents",
  notes:
    "Patches of the picture attend to each other; the agent sees where the ten most important ones are, and nothing else. " +
    "A choice has no gradient, so CMA-ES evolves it in real episodes.",
  fields: ATTENTION_FIELDS,
  smoke: { decisions: 200, environments: 4, population: 4, episodes: 1, patience: 8, testEpisodes: 2 },
  environments: ATTENTION_ENVIRONMENTS,
  learnsFrom: "environments",
  create: (config, spaces) => new AttentionSearch(config, spaces),
  load(config, spaces, arrays) {
    const policy = attentionPolicy(config, spaces);
    const weights = savedWeights(policy, arrays);
    return new AttentionAgent(policy, new SharedWeights(() => weights));
  },
};
