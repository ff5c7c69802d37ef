/** Decisions, N rows: what can be said of each in a number, by name. */
export type Measures = Record<string, ArrayLike<number>>;

/** The least and the greatest value of each measure among the decisions that something was trained on. */
export type TrainedRanges = Record<string, readonly [low: number, high: number]>;

/** What part of a model's use lies outside of what it was trained on. */
export interface Coverage {
  /** Decisions that were looked at. */
  decisions: number;
  /** Those outside of the trained range, by measure. */
  outside: Record<string, number>;
  /** Those outside in at least one measure. */
  unseen: number;
}

/** The range of each measure. @throws RangeError when there is no decision. */
export function trainedRanges(trained: Measures): TrainedRanges {
  const ranges = Object.entries(trained).map(([name, values]) => {
    if (values.length === 0) {
      throw new RangeError(`Cannot tell the range of "${name}": expected trained decisions, got none`);
    }
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < values.length; i++) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    return [name, [low, high]];
  });
  return Object.fromEntries(ranges);
}

/**
 * Compares what a model was trained on with what its use visits. A model may be right wherever it was trained and
 * still fail where it is used: a memory whose streams restart after 150 decisions knows nothing of the 151st.
 *
 * @param ranges Of the training data, see {@link trainedRanges}.
 * @param visited The same measures of the decisions that were made in use.
 * @throws TypeError when a measure is missing on either side; RangeError when their lengths differ.
 */
export function coverage(ranges: TrainedRanges, visited: Measures): Coverage {
  const names = Object.keys(ranges);
  const odd = [...names, ...Object.keys(visited)].find((name) => !(name in ranges && name in visited));
  if (odd !== undefined) {
    throw new TypeError(`Cannot compare decisions: expected "${odd}" of both the trained and the visited`);
  }
  const decisions = visited[names[0]]?.length ?? 0;
  const unseen = new Uint8Array(decisions);
  const outside: Record<string, number> = {};
  for (const name of names) {
    const values = visited[name], [low, high] = ranges[name];
    if (values.length !== decisions) {
      throw new RangeError(
        `Cannot compare decisions: expected ${decisions} values of "${name}", got ${values.length}`,
      );
    }
    outside[name] = 0;
    for (let i = 0; i < decisions; i++) {
      if (values[i] >= low && values[i] <= high) continue;
      outside[name]++;
      unseen[i] = 1;
    }
  }
  return { decisions, outside, unseen: unseen.reduce((sum, value) => sum + value, 0) };
}
