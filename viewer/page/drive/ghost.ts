import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";
import type { Episode } from "../episodes/episode.ts";
import type { StateTape } from "../scene/state_tape.ts";

/** What drives along as a ghost: an episode on the same track. */
export function ghostOf(episode: Episode | undefined, seed: number): StateTape | undefined {
  if (!episode || episode.header.seed !== seed || episode.header.stateSize !== STATE_SIZE) return undefined;
  if (!episode.header.env.startsWith("CarRacing") || episode.states.length === 0) return undefined;
  return { states: episode.states, count: episode.steps + 1 };
}
