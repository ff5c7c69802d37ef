import { hasCheckpoint, RunFolder } from "../../generative/train/mod.ts";
import { learnerKind } from "../kinds.ts";
import type { Learner, LearnerConfig, LearnerKind } from "../learner_kind.ts";
import { agentCheckpoint, restoreAgent } from "./agent_checkpoint.ts";
import { agentSpaces } from "./agent_environments.ts";

/** A run's learner as its last checkpoint left it. */
export interface LoadedAgent {
  /** How it learned. */
  kind: LearnerKind;
  /** The run's configuration, checked. */
  config: LearnerConfig;
  /** The learner; the caller disposes of it. */
  learner: Learner;
}

/**
 * Reads a run of an agent that learns from environments alone, to measure it or to act with it.
 *
 * @param folder The run's folder.
 * @throws Error when there is no run or no checkpoint in it; SyntaxError, TypeError or RangeError naming the file or
 * field that is damaged or does not fit.
 */
export function loadAgent(folder: string): LoadedAgent {
  const run = RunFolder.load(folder);
  const kind = learnerKind(run.kind);
  const config = run.checkedConfig(kind.fields) as LearnerConfig;
  if (!hasCheckpoint(agentCheckpoint(folder))) {
    throw new Error(
      `Cannot load "${folder}": expected a checkpoint, got none; resume its training first`,
    );
  }
  const learner = kind.create(config, agentSpaces(config));
  try {
    restoreAgent(folder, learner);
  } catch (error) {
    learner.dispose();
    throw error;
  }
  return { kind, config, learner };
}
