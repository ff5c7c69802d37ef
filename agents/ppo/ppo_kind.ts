import type { OnlineKind } from "../learner_kind.ts";
import { PPO_FIELDS, type PPOConfig } from "./fields.ts";
import { Mind } from "./mind.ts";
import { PolicyAgent } from "./policy_agent.ts";
import { PPO } from "./ppo.ts";
import { PPO_ENVIRONMENTS } from "./presets.ts";

/** Proximal policy optimisation. */
export const PPO_KIND: OnlineKind<PPOConfig> = {
  family: "agents",
  name: "ppo",
  title: "Proximal policy optimisation",
  paper: "Schulman et al. 2017, Proximal Policy Optimization Algorithms",
  notes:
    "Acts in many environments side by side, makes decisions likelier that came to more than was expected, and never moves " +
    "far from the policy that took them. It learns without a world model, from rewards alone.",
  fields: PPO_FIELDS,
  smoke: { decisions: 2048, environments: 4, roundDecisions: 64, epochs: 2, testEpisodes: 2 },
  environments: PPO_ENVIRONMENTS,
  learnsFrom: "environments",
  create: (config, spaces) => new PPO(config, spaces),
  load(config, spaces, arrays) {
    const mind = new Mind(config, spaces);
    mind.restore(arrays);
    return new PolicyAgent(mind, { owning: true });
  },
};
