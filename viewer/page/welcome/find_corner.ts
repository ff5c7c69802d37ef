import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";
import type { Episode } from "../episodes/episode.ts";
import { hasScene } from "../scene/has_scene.ts";
import { AT } from "../scene/state_tape.ts";

/** A piece of an episode to show in a loop, steps. */
export interface Corner {
  /** Where it begins. */
  from: number;
  /** Where its dream begins. */
  dream: number;
  /** Its last step. */
  to: number;
}

/** Steps before the dream, and steps that it lasts: 0.8 and 3.2 seconds of CarRacing. */
const BEFORE = 40;
const DREAMT = 160;
/** Steps that the camera of CarRacing takes to come down to the car. */
const FIRST = 60;
/** Corners lie so many steps apart: a decision. */
const STRIDE = 4;

/** The corner in which the car turns most while it makes its way: turns count times tiles, so that a spin is none. */
export function findCorner(
  episode: Pick<Episode, "header" | "states" | "steps" | "rewards">,
): Corner {
  const { states, steps, rewards } = episode;
  const first: Corner = cornerAt(Math.min(FIRST + BEFORE, Math.max(0, steps - DREAMT)), steps);
  if (!hasScene(episode)) return first;
  let [best, most] = [first, 0];
  for (let dream = FIRST + BEFORE; dream + DREAMT <= steps; dream += STRIDE) {
    const [before, after] = [dream, dream + DREAMT].map((step) => states[step * STATE_SIZE + AT.angle]);
    const tiles = rewards.subarray(dream, dream + DREAMT).filter((reward) => reward > 0).length;
    const worth = Math.min(Math.abs(after - before), Math.PI) * tiles;
    if (worth > most) [best, most] = [cornerAt(dream, steps), worth];
  }
  return best;
}

function cornerAt(dream: number, steps: number): Corner {
  const decision = Math.floor(dream / STRIDE) * STRIDE;
  return { from: Math.max(0, decision - BEFORE), dream: decision, to: Math.min(steps, decision + DREAMT) };
}
