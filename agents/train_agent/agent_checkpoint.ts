import { join } from "node:path";
import * as v from "valibot";
import { hasCheckpoint, type Json, loadCheckpoint, saveCheckpoint } from "../../generative/train/mod.ts";
import type { Learner } from "../learner_kind.ts";
import type { AgentTest } from "./events.ts";

const Finite = v.pipe(v.number(), v.finite());

/** What a checkpoint says beside tensors. */
export const AgentProgressSchema = v.object({
  /** Decisions that were learned from. */
  decisions: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** The test, once it is done. */
  test: v.nullable(v.object({
    episodes: Finite,
    mean: Finite,
    deviation: Finite,
    length: Finite,
    failures: v.optional(Finite),
  })),
  /** The learner's own. */
  learner: v.custom<Json>((value) => value !== undefined),
});

/** Where the checkpoint of a run lies. */
export function agentCheckpoint(folder: string): string {
  return join(folder, "checkpoints");
}

/** Saves a learner and what its test came to. */
export async function saveAgent(
  folder: string,
  learner: Learner,
  test: AgentTest | undefined,
): Promise<void> {
  const { tensors, data } = await learner.save();
  const progress: v.InferOutput<typeof AgentProgressSchema> = {
    decisions: learner.decisions,
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
