import type { Config, FieldTable } from "../../core/fields/field.ts";
import type { Observation } from "../../envs/env.ts";
import { hasCheckpoint, loadCheckpoint, RunFolder } from "../../generative/train/mod.ts";
import type { Agent } from "../agent.ts";
import { learnerKind } from "../kinds.ts";
import type { LearnerConfig, LearnerKind, LoadedLearner } from "../learner_kind.ts";
import { agentCheckpoint, AgentProgressSchema } from "./agent_checkpoint.ts";
import { agentSpaces } from "./agent_environments.ts";

/** A run's agent as its last checkpoint left it. */
export interface LoadedAgent {
  /** The run's configuration, checked. */
  config: LearnerConfig;
  /** Takes the likeliest actions, or does what it is asked for; the caller closes it. */
  agent: Agent<Observation>;
}

/**
 * Reads a run of an agent, to measure it or to act with it.
 *
 * @param folder The run's folder.
 * @param acting What it is asked for, see {@link actingOptions}. @default the defaults
 * @throws Error when there is no run or no checkpoint in it; SyntaxError, TypeError or RangeError naming the file or
 * field that is damaged or does not fit.
 */
export function loadAgent(folder: string, acting?: Config): LoadedAgent {
  const { kind, config, arrays } = read(folder);
  return { config, agent: kind.load(config, agentSpaces(config), arrays, acting) };
}

/** What the agent of a run may be asked for; nothing where there is no such thing. @throws As {@link loadAgent}. */
export function actingOptions(folder: string): FieldTable | undefined {
  if (!learnerKind(RunFolder.load(folder).kind).acting) return undefined;
  const { kind, arrays } = read(folder);
  return kind.acting!(arrays);
}

function read(folder: string): { kind: LearnerKind; config: LearnerConfig; arrays: LoadedLearner["arrays"] } {
  const run = RunFolder.load(folder);
  const kind = learnerKind(run.kind);
  const config = run.checkedConfig(kind.fields) as LearnerConfig;
  const checkpoint = agentCheckpoint(folder);
  if (!hasCheckpoint(checkpoint)) {
    throw new Error(
      `Cannot load "${folder}": expected a checkpoint, got none; resume its training first`,
    );
  }
  const { arrays } = loadCheckpoint(checkpoint, { data: AgentProgressSchema });
  return { kind, config, arrays };
}
