import { join } from "node:path";
import { type Env, envSpec, type Observation, RecordEpisode } from "../../envs/mod.ts";
import type { Agent } from "../agent.ts";
import { type Episode, evaluate, type Evaluation, SIDE_BY_SIDE } from "../evaluate.ts";
import type { LearnerConfig } from "../learner_kind.ts";
import { agentEnvironments } from "./agent_environments.ts";

/** The options of {@link testAgent}. */
export interface TestAgentOptions {
  /** One episode each. */
  seeds: readonly number[];
  /** Hears of every finished episode. */
  onEpisode?: (episode: Episode, done: number) => void;
}

/** Lets an agent act in real episodes. */
export async function testAgent(
  agent: Agent<Observation>,
  config: LearnerConfig,
  { seeds, onEpisode }: TestAgentOptions,
): Promise<Evaluation> {
  const env = agentEnvironments(config, Math.min(SIDE_BY_SIDE, seeds.length));
  try {
    return await evaluate(agent, env, { seeds, cost: envSpec(config.environment).cost, onEpisode });
  } finally {
    await env.close();
  }
}

/** Records real episodes of an agent in `recordings/` of its run. */
export async function recordAgent(
  agent: Agent<Observation>,
  config: LearnerConfig,
  { seeds, folder, name, onEpisode }: TestAgentOptions & {
    /** The run's. */
    folder: string;
    /** What files are called, before `-seed-N.rec`. */
    name: string;
  },
): Promise<void> {
  const recorded = (env: Env<Observation>) =>
    new RecordEpisode<Observation>(env, join(folder, "recordings"), {
      name: ({ seed }) => `${name}-seed-${seed}.rec`,
      overwrite: true, // a run that was stopped records some of them anew
      metadata: { driver: "controller", run: folder.split("/").at(-1)! },
    });
  const env = agentEnvironments(config, 1, { around: recorded });
  try {
    await evaluate(agent, env, { seeds, onEpisode });
  } finally {
    await env.close();
  }
}
