import type { EpisodeStates, Highlight } from "../environments/environment_view.ts";
import { environmentView } from "../environments/environment_views.ts";

/** Steps before the dream, and steps that it lasts. */
const BEFORE = 40;
const DREAMT = 160;

/** The piece of an episode that is shown first: what its environment's view finds, else how it begins. */
export function highlightOf(episode: EpisodeStates): Highlight {
  const found = environmentView(episode.header.env).highlight?.(episode);
  if (found) return found;
  const { steps } = episode;
  const dream = Math.min(BEFORE, Math.floor(steps / 5));
  return { from: 0, dream, to: Math.min(dream + DREAMT, steps) };
}
