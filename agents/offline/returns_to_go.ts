/** What an episode still earns from each decision on, that decision's reward included. @param rewards `[T]`. @returns `[T]`. */
export function returnsToGo(rewards: Float64Array): Float64Array {
  const returns = rewards.slice();
  for (let t = returns.length - 2; t >= 0; t--) returns[t] += returns[t + 1];
  return returns;
}

/** What an episode earned in all. @param rewards `[T]`. */
export function returnOf({ rewards }: { rewards: Float64Array }): number {
  return rewards.reduce((sum, reward) => sum + reward, 0);
}
