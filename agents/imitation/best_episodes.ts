import type { RecordedEpisode } from "../learner_kind.ts";
import { returnOf } from "../offline/returns_to_go.ts";

/**
 * The episodes with the highest returns, in their order; of equal ones those that come first.
 *
 * @param share How many of them, above 0 to 1; one at least is chosen.
 */
export function bestEpisodes(episodes: readonly RecordedEpisode[], share: number): RecordedEpisode[] {
  const count = Math.max(1, Math.round(share * episodes.length));
  const ranked = episodes.map((episode, index) => ({ index, return: returnOf(episode) }))
    .toSorted((a, b) => b.return - a.return || a.index - b.index);
  const chosen = new Set(ranked.slice(0, count).map(({ index }) => index));
  return episodes.filter((_, index) => chosen.has(index));
}
