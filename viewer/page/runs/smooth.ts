/**
 * The exponential moving average, rid of its pull towards 0 at the beginning: what TensorBoard shows.
 *
 * @param values `[N]`; those that are not finite are passed over and stay NaN.
 * @param weight How much of the past is kept, 0 (nothing is smoothed) to below 1.
 * @returns `[N]`.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length).fill(NaN);
  let [last, share] = [0, 1];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    last = last * weight + (1 - weight) * values[i];
    share *= weight;
    smoothed[i] = last / (1 - share);
  }
  return smoothed;
}
