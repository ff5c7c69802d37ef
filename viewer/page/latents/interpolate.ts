/** How to get from one latent to another. */
export type Path = "linear" | "spherical";

/**
 * Latents on the way from one to another, both included.
 *
 * Spherical keeps to the arc between the two directions, their lengths turning into each other evenly; it is linear where they
 * point the same way, the opposite way or nowhere.
 *
 * @param from `[Z]`.
 * @param to `[Z]`.
 * @param options.count At least 2.
 * @returns `[count, Z]`.
 */
export function interpolate(
  from: Float32Array,
  to: Float32Array,
  { count, path }: { count: number; path: Path },
): Float32Array {
  const size = from.length;
  const [lengthFrom, lengthTo] = [Math.hypot(...from), Math.hypot(...to)];
  const cosine = from.reduce((sum, value, i) => sum + value * to[i], 0) / (lengthFrom * lengthTo);
  const angle = Math.acos(Math.min(Math.max(cosine, -1), 1));
  const sine = Math.sin(angle);
  const straight = path === "linear" || !(sine > 1e-6);
  const latents = new Float32Array(count * size);
  for (let n = 0; n < count; n++) {
    const part = n / (count - 1);
    // On the arc, weights of the two directions; the length goes evenly from one to the other.
    const length = lengthFrom + (lengthTo - lengthFrom) * part;
    const a = straight ? 1 - part : Math.sin((1 - part) * angle) / sine * length / lengthFrom;
    const b = straight ? part : Math.sin(part * angle) / sine * length / lengthTo;
    for (let i = 0; i < size; i++) latents[n * size + i] = a * from[i] + b * to[i];
  }
  return latents;
}
