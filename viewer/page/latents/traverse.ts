/** Evenly spaced values, both ends included. */
export function evenly(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + (to - from) * i / (count - 1));
}

/** Copies of a latent in which one dimension takes each value, `[values, Z]`. @param latent `[Z]`. */
export function traverse(latent: Float32Array, dimension: number, values: readonly number[]): Float32Array {
  const latents = new Float32Array(values.length * latent.length);
  for (const [n, value] of values.entries()) {
    latents.set(latent, n * latent.length);
    latents[n * latent.length + dimension] = value;
  }
  return latents;
}

/**
 * Copies of a latent in which two dimensions take all pairs of values, a row for each value of the first,
 * `[rows, columns, Z]`.
 */
export function traverseTwo(
  latent: Float32Array,
  [first, second]: readonly [number, number],
  [rows, columns]: readonly [readonly number[], readonly number[]],
): Float32Array {
  const latents = new Float32Array(rows.length * columns.length * latent.length);
  for (const [n, value] of rows.entries()) {
    const changed = latent.slice();
    changed[first] = value;
    latents.set(traverse(changed, second, columns), n * columns.length * latent.length);
  }
  return latents;
}
