import { STATE_SIZE } from "../../../../envs/car_racing/saved_state.ts";
import type { EpisodeStates, Highlight } from "../environment_view.ts";
import { hasScene } from "./has_scene.ts";
import { AT } from "./state_tape.ts";

/** Steps before the dream, and steps that it lasts: 0.8 and 3.2 seconds of CarRacing. */
const BEFORE = 40;
const DREAMT = 160;
/** Steps that the camera of CarRacing takes to come down to the car. */
const FIRST = 60;
/** The most steps from one tile to the next: a car that takes longer has left the road, or spins. */
const LONGEST_WAIT = 25;
/** Corners lie so many steps apart: a decision. */
const STRIDE = 4;

/** The corner in which the car turns most without leaving the road; where there is none, the first piece of the drive. */
export function findCorner(episode: EpisodeStates): Highlight {
  const { states, steps, rewards } = episode;
  const first: Highlight = cornerAt(Math.min(FIRST + BEFORE, Math.max(0, steps - DREAMT)), steps);
  if (!hasScene(episode)) return first;
  let [best, most] = [first, 0];
  for (let dream = FIRST + BEFORE; dream + DREAMT <= steps; dream += STRIDE) {
    const [before, after] = [dream, dream + DREAMT].map((step) => states[step * STATE_SIZE + AT.angle]);
    const turn = Math.abs(after - before);
    if (turn <= most || longestWait(rewards.subarray(dream, dream + DREAMT)) > LONGEST_WAIT) continue;
    [best, most] = [cornerAt(dream, steps), turn];
  }
  return best;
}

/** The most steps in a row without a reward: only a new tile of the road brings one. */
function longestWait(rewards: Float64Array): number {
  let [wait, longest] = [0, 0];
  for (const reward of rewards) {
    wait = reward > 0 ? 0 : wait + 1;
    longest = Math.max(longest, wait);
  }
  return longest;
}

function cornerAt(dream: number, steps: number): Highlight {
  const decision = Math.floor(dream / STRIDE) * STRIDE;
  return { from: Math.max(0, decision - BEFORE), dream: decision, to: Math.min(steps, decision + DREAMT) };
}
