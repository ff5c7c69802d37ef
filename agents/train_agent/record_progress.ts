import { RandomStream } from "../../core/random_stream.ts";
import type { Learner, LearnerConfig, OnlineConfig } from "../learner_kind.ts";
import { RECORD_SEED } from "../seeds.ts";
import { recordAgent } from "./test_agent.ts";

/**
 * Records the episodes that are due (`OnlineConfig.recordEpisodes`): they lie at even distances on the way, the first before
 * anything was learned, and each is played by the policy as it is then, with actions drawn from it.
 *
 * @param options `steps`: the length of the way; `since`: where it stood when this was last called, nothing at the start;
 * `folder`: the run's.
 */
export async function recordProgress(
  learner: Learner,
  config: LearnerConfig,
  { steps, since, folder }: { steps: number; since?: number; folder: string },
): Promise<void> {
  const { recordEpisodes: count = 0 } = config as Partial<OnlineConfig>;
  const dueBy = (step: number) => Math.min(count, Math.floor(step / steps * count) + 1);
  const first = since === undefined ? 0 : dueBy(since), due = dueBy(learner.steps) - first;
  if (due <= 0) return;
  const seeds = Array.from({ length: due }, (_, i) => RECORD_SEED + first + i);
  const agent = learner.agent({ random: new RandomStream(config.seed).fork("recordings").fork(first) });
  try {
    await recordAgent(agent, config, {
      seeds,
      folder,
      name: `learning-${String(learner.steps).padStart(9, "0")}`,
    });
  } finally {
    agent.close?.();
  }
}
