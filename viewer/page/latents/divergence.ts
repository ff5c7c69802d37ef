import type { Encoded } from "../../lab/ability.ts";

/** Below this many nats a dimension says nothing of the frame: its posterior has collapsed onto the prior. */
export const COLLAPSED = 0.01;

/**
 * How much each dimension says of the frames: the divergence of its posterior from N(0, 1), the mean over the frames.
 *
 * @param encoded N frames, `[N, Z]`.
 * @returns Nats, `[Z]`.
 */
export function divergences({ mu, logVar }: Encoded, latentSize: number): Float64Array {
  const nats = new Float64Array(latentSize);
  for (let i = 0; i < mu.length; i++) {
    nats[i % latentSize] += (mu[i] ** 2 + Math.exp(logVar[i]) - 1 - logVar[i]) / 2;
  }
  const frames = mu.length / latentSize;
  return nats.map((sum) => sum / Math.max(frames, 1));
}

/** The dimensions, those that say most first; equals in the order of their index. */
export function mostTellingFirst(nats: Float64Array): number[] {
  return Array.from(nats, (_, dimension) => dimension).sort((a, b) => nats[b] - nats[a] || a - b);
}
