/**
 * What was done during a decision that somebody else took: the mean of its steps' actions, which is the one held action
 * that comes nearest.
 *
 * @param actions `[steps, A]` of the whole drive.
 * @param block First step of the decision, the step after its last, and A.
 */
export function meanAction(
  actions: Float32Array,
  { from, to, size }: { from: number; to: number; size: number },
): Float32Array {
  const mean = new Float32Array(size);
  for (let step = from; step < to; step++) {
    for (let i = 0; i < size; i++) mean[i] += actions[step * size + i] / (to - from);
  }
  return mean;
}
