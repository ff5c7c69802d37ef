/**
 * Parts samples that lie among data from those that stray: farther from the nearest learned point than 99 of 100 held-out
 * points are.
 *
 * @param samples `[N, 2]`, as are the others.
 */
export function splitStray(
  samples: Float32Array,
  { learned, held }: {
    /** What was learned from. */
    learned: Float32Array;
    /** What was not. */
    held: Float32Array;
  },
): Record<"among" | "stray", number[]> {
  const limit = strangeness(learned, held);
  const groups = { among: [] as number[], stray: [] as number[] };
  for (let n = 0; n < samples.length; n += 2) {
    const distance = nearest(learned, samples[n], samples[n + 1]);
    groups[distance <= limit ? "among" : "stray"].push(samples[n], samples[n + 1]);
  }
  return groups;
}

/** The distance to the nearest learned point that one in a hundred held-out points exceeds. */
function strangeness(learned: Float32Array, held: Float32Array): number {
  const distances = Float64Array.from(
    { length: held.length / 2 },
    (_, n) => nearest(learned, held[2 * n], held[2 * n + 1]),
  ).sort();
  return distances[Math.floor(0.99 * (distances.length - 1))];
}

function nearest(points: Float32Array, x: number, y: number): number {
  let best = Infinity;
  for (let i = 0; i < points.length; i += 2) {
    best = Math.min(best, (points[i] - x) ** 2 + (points[i + 1] - y) ** 2);
  }
  return Math.sqrt(best);
}
