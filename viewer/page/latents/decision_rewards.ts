/**
 * What each decision really earned: the sum of the steps that it was held for.
 *
 * @param rewards One a simulator step, `[T]`.
 * @returns `[count]`.
 */
export function decisionRewards(
  rewards: ArrayLike<number>,
  { frameSkip, count }: { frameSkip: number; count: number },
): Float64Array {
  const sums = new Float64Array(count);
  for (let t = 0; t < Math.min(rewards.length, count * frameSkip); t++) {
    sums[Math.floor(t / frameSkip)] += rewards[t];
  }
  return sums;
}
