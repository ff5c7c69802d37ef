/**
 * What was done during a decision that somebody else took: the mean of its steps' actions, which is the one held action
 * that comes nearest.
 *
 * @param actions `[steps, 3]` of the whole drive.
 * @param from First step of the block.
 * @param to The step after its last.
 */
export function blockAction(actions: Float32Array, from: number, to: number): Float32Array {
  const mean = new Float32Array(3);
  for (let step = from; step < to; step++) {
    for (let i = 0; i < 3; i++) mean[i] += actions[step * 3 + i] / (to - from);
  }
  return mean;
}
