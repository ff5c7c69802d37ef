import type { Episode } from "../episodes/episode.ts";

/**
 * What an episode's first decisions earned: the sums over their simulator steps.
 *
 * @param options `count` decisions, each held for `frameSkip` steps.
 * @returns `[count]`.
 */
export function decisionRewards(
  { rewards }: Pick<Episode, "rewards">,
  { count, frameSkip }: { count: number; frameSkip: number },
): Float32Array {
  return Float32Array.from(
    { length: count },
    (_, d) => rewards.subarray(d * frameSkip, (d + 1) * frameSkip).reduce((sum, reward) => sum + reward, 0),
  );
}
