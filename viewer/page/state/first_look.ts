import type { Episode } from "../episodes/episode.ts";

/** The step that a drive opens on, and the one that its dream starts from: CarRacing begins far above the track. */
const LOOK = 100;
const DREAM = 60;

/** Where an episode opens, and where dreams of it start, steps: where something is to be seen. */
export function firstLook(
  { header, steps, stepLength }: Pick<Episode, "header" | "steps" | "stepLength">,
): { look: number; dream: number } {
  if (!header.env.startsWith("CarRacing")) return { look: 0, dream: 0 };
  const look = Math.min(Math.round(LOOK / stepLength), Math.floor(steps / 2));
  return { look, dream: Math.round(look * DREAM / LOOK) };
}
