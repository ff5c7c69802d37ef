import { join } from "node:path";
import { type Disturbance, type Env, envSpec, type Observation, RecordEpisode } from "../../envs/mod.ts";
import type { Agent } from "../agent.ts";
import { type Episode, evaluate, type Evaluation, SIDE_BY_SIDE } from "../evaluate.ts";
import type { LearnerConfig } from "../learner_kind.ts";
import { agentEnvironments, disturbedBy } from "./agent_environments.ts";

/** The options of {@link testAgent}. */
export interface TestAgentOptions {
  /** One episode each. */
  seeds: readonly number[];
  /** Hears of every finished episode. */
  onEpisode?: (episode: Episode, done: number) => void;
}

/** Lets an agent act in real episodes. @throws TypeError for a disturbance of what has no colour pictures. */
export async function testAgent(
  agent: Agent<Observation>,
  config: LearnerConfig,
  { seeds, disturbance, onEpisode }: TestAgentOptions & {
    /** What is done to the environment's pictures. @default nothing */
    disturbance?: Disturbance;
  },
): Promise<Evaluation> {
  const count = Math.min(SIDE_BY_SIDE, seeds.length);
  const env = agentEnvironments(config, count, { around: disturbedBy(disturbance) });
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
