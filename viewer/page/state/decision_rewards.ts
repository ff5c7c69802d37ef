import type { Episode } from "../episodes/episode.ts";

/**
 * What an episode's decisions earned: the sums over their simulator steps.
 *
 * @param options Decisions `from` .. `from + count`, each held for `frameSkip` steps.
 * @returns `[count]`.
 */
export function decisionRewards(
  { rewards }: Pick<Episode, "rewards">,
  { from, count, frameSkip }: { from: number; count: number; frameSkip: number },
): Float32Array {
  return Float32Array.from({ length: count }, (_, d) => {
    const at = (from + d) * frameSkip;
    return rewards.subarray(at, at + frameSkip).reduce((sum, reward) => sum + reward, 0);
  });
}
