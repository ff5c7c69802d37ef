import type { Episode } from "../../episodes/episode.ts";
import type { StateTape } from "../environment_view.ts";
import { hasScene } from "./has_scene.ts";

/** What drives along as a ghost: an episode on the same track. */
export function ghostOf(episode: Episode, seed: number): StateTape | undefined {
  if (episode.header.seed !== seed || !hasScene(episode)) return undefined;
  return { states: episode.states, count: episode.steps + 1 };
}
