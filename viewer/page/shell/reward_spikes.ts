/** Rewards that stand out, by column of a time line; 0 .. 1 of the largest. */
export interface RewardSpikes {
  /** Above the usual. */
  gains: Float32Array;
  /** Below it. */
  losses: Float32Array;
}

/** Part of the largest that a reward must differ from the usual to stand out. */
const LEAST = 0.1;

/**
 * Finds the rewards that stand out from the median and gives each column
 * its largest gain and loss. Reward t stands at picture t + 1.
 *
 * @param rewards `[T]`
 */
export function rewardSpikes(rewards: Float64Array, { columns }: { columns: number }): RewardSpikes {
  const spikes = { gains: new Float32Array(columns), losses: new Float32Array(columns) };
  if (rewards.length === 0) return spikes;
  const usual = rewards.toSorted()[rewards.length >> 1];
  let [most, least] = [0, 0];
  for (const reward of rewards) {
    most = Math.max(most, reward - usual);
    least = Math.max(least, usual - reward);
  }
  for (let t = 0; t < rewards.length; t++) {
    const column = Math.min(Math.floor((t + 1) / rewards.length * columns), columns - 1);
    const gain = rewards[t] - usual;
    const far = Math.max(most, least) * LEAST;
    if (gain > 0 && gain >= most * LEAST) {
      spikes.gains[column] = Math.max(spikes.gains[column], gain / most);
    }
    if (gain < 0 && -gain >= far) {
      spikes.losses[column] = Math.max(spikes.losses[column], -gain / least);
    }
  }
  return spikes;
}
