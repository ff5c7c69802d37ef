import type { Episode } from "../episodes/episode.ts";

/**
 * The actions that an episode's decisions took: those of their first simulator steps.
 *
 * @param options Decisions `from` .. `from + count`, each held for `frameSkip` steps.
 * @returns `[count, A]` row-major.
 */
export function decisionActions(
  { actions, header }: Episode,
  { from, count, frameSkip }: { from: number; count: number; frameSkip: number },
): Float32Array {
  const size = header.actionSize;
  const taken = new Float32Array(count * size);
  for (let d = 0; d < count; d++) {
    const at = (from + d) * frameSkip * size;
    taken.set(actions.subarray(at, at + size), d * size);
  }
  return taken;
}
