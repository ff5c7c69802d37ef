import { environmentView } from "../environments/environment_views.ts";
import type { Episode } from "../episodes/episode.ts";

/** Where an episode opens, and where dreams of it start, steps: where something is to be seen. */
export function firstLook(
  { header, steps, stepLength }: Pick<Episode, "header" | "steps" | "stepLength">,
): { look: number; dream: number } {
  const wanted = environmentView(header.env).firstLook;
  if (!wanted) return { look: 0, dream: 0 };
  const look = Math.min(Math.round(wanted.look / stepLength), Math.floor(steps / 2));
  return { look, dream: Math.round(look * wanted.dream / wanted.look) };
}
