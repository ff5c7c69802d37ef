/** A row and how far it is. */
export interface Neighbour {
  /** Its index. */
  row: number;
  /** Euclidean. */
  distance: number;
}

/**
 * The rows closest to a latent, the closest first. Neighbours in time look alike: of rows closer together than
 * `apart` only the closest counts.
 *
 * @param rows `[N, Z]` row-major.
 * @param latent `[Z]`.
 */
export function nearestFrames(
  rows: Float32Array,
  latent: Float32Array,
  { count, apart = 1 }: { count: number; apart?: number },
): Neighbour[] {
  const size = latent.length;
  const all: Neighbour[] = [];
  for (let row = 0; row * size < rows.length; row++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (rows[row * size + i] - latent[i]) ** 2;
    all.push({ row, distance: Math.sqrt(sum) });
  }
  const found: Neighbour[] = [];
  for (const candidate of all.sort((a, b) => a.distance - b.distance)) {
    if (found.length === count) break;
    if (found.every(({ row }) => Math.abs(row - candidate.row) >= apart)) found.push(candidate);
  }
  return found;
}
