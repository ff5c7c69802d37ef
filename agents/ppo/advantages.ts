/** T decisions in each of N environments, row-major `[T, N]`, and what followed the last. */
export interface Course {
  /** Environments, N. */
  count: number;
  /** `[T, N]`. */
  rewards: ArrayLike<number>;
  /** Values of what was seen before each decision, `[T, N]`. */
  values: ArrayLike<number>;
  /** 1 where the decision ended its episode by the environment's own rules: nothing comes after, `[T, N]`. */
  terminated: ArrayLike<number>;
  /** 1 where the episode was cut, as by a time limit: it would have gone on, `[T, N]`. */
  truncated: ArrayLike<number>;
  /** Values of what was seen last, where an episode was cut, `[T, N]`; the others are not read. */
  cutValues: ArrayLike<number>;
  /** Values of what is seen after the last decisions, `[N]`. */
  lastValues: ArrayLike<number>;
}

/**
 * Generalised advantage estimation (Schulman et al. 2016, High-Dimensional Continuous Control Using Generalized Advantage
 * Estimation): `A[t] = d[t] + gamma lambda A[t + 1]` with `d[t] = r[t] + gamma V[t + 1] - V[t]`. Nothing of an episode
 * counts in another one; after a termination the value is 0, after a truncation that of what was seen last.
 *
 * @returns `[T, N]`.
 */
export function generalisedAdvantages(
  course: Course,
  { gamma, lambda }: { gamma: number; lambda: number },
): Float64Array {
  const { count, rewards, values, terminated, truncated, cutValues, lastValues } = course;
  const advantages = new Float64Array(rewards.length);
  for (let i = rewards.length - 1; i >= 0; i--) {
    const isLast = i + count >= rewards.length;
    const ended = terminated[i] === 1 || truncated[i] === 1;
    const next = isLast ? lastValues[i % count] : values[i + count];
    const after = terminated[i] === 1 ? 0 : truncated[i] === 1 ? cutValues[i] : next;
    const ahead = isLast || ended ? 0 : advantages[i + count];
    advantages[i] = rewards[i] + gamma * after - values[i] + gamma * lambda * ahead;
  }
  return advantages;
}
