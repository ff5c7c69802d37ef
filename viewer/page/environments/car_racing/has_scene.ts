import { STATE_SIZE } from "../../../../envs/car_racing/saved_state.ts";
import type { Episode } from "../../episodes/episode.ts";

/** Whether an episode can be drawn as a scene: the states of CarRacing can. */
export function hasScene(
  { header: { env, stateSize }, states }: Pick<Episode, "header" | "states">,
): boolean {
  return env.startsWith("CarRacing") && stateSize === STATE_SIZE && states.length > 0;
}
