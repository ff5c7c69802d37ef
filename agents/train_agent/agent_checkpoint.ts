import { join } from "node:path";
import * as v from "valibot";
import {
  describeCheckpoint,
  hasCheckpoint,
  type Json,
  loadCheckpoint,
  saveCheckpoint,
} from "../../generative/train/mod.ts";
import type { Learner } from "../learner_kind.ts";
import type { AgentTest } from "./events.ts";

const Finite = v.pipe(v.number(), v.finite());

/** What a checkpoint says beside tensors. */
export interface AgentProgress {
  /** How far it has learned, see `Learner.steps`. */
  steps: number;
  /** The test, once it is done. */
  test: AgentTest | null;
  /** The learner's own. */
  learner: Json;
}

const Steps = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const common = {
  test: v.nullable(v.object({
    episodes: Finite,
    mean: Finite,
    deviation: Finite,
    length: Finite,
    failures: v.optional(Finite),
  })),
  learner: v.custom<Json>((value) => value !== undefined),
};

/** Reads what a checkpoint says beside tensors; in older ones all steps are decisions, and are called so. */
export const AgentProgressSchema: v.GenericSchema<unknown, AgentProgress> = v.union([
  v.object({ steps: Steps, ...common }),
  v.pipe(
    v.object({ decisions: Steps, ...common }),
    v.transform(({ decisions, ...rest }) => ({ steps: decisions, ...rest })),
  ),
]);

/** Where the checkpoint of a run lies. */
export function agentCheckpoint(folder: string): string {
  return join(folder, "checkpoints");
}

/**
 * What the checkpoint of a run says beside tensors; nothing where there is no checkpoint.
 *
 * @throws SyntaxError or TypeError naming what is damaged.
 */
export function readAgentProgress(folder: string): AgentProgress | undefined {
  const path = agentCheckpoint(folder);
  return hasCheckpoint(path) ? describeCheckpoint(path, { data: AgentProgressSchema }).data : undefined;
}

/** Saves a learner and what its test came to. */
export async function saveAgent(
  folder: string,
  learner: Learner,
  test: AgentTest | undefined,
): Promise<void> {
  const { tensors, data } = await learner.save();
  const progress: AgentProgress = {
    steps: learner.steps,
    test: test ?? null,
    learner: data,
  };
  await saveCheckpoint(agentCheckpoint(folder), { tensors, data: progress as unknown as Json });
}

/**
 * Restores a learner; does nothing in a new run.
 *
 * @returns The test, where it is done.
 * @throws SyntaxError or TypeError naming the file or tensor when a checkpoint is damaged or does not fit.
 */
export function restoreAgent(folder: string, learner: Learner): AgentTest | undefined {
  const path = agentCheckpoint(folder);
  if (!hasCheckpoint(path)) return undefined;
  const { arrays, data } = loadCheckpoint(path, { data: AgentProgressSchema });
  learner.restore({ arrays, data: data.learner });
  return data.test ?? undefined;
}
