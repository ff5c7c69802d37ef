import { STEPS_PER_SECOND } from "./playhead.ts";

/** Steps a second in real time where they are not CarRacing's: Doom's tics, and `render_fps` of Gymnasium's files. */
const STEP_RATES: Readonly<Record<string, number>> = {
  "TakeCover-v0": 35,
  "MountainCarContinuous-v0": 30,
  "Pendulum-v1": 30,
  "Acrobot-v1": 15,
};

/** Steps of an environment's simulator that make a second. */
export function stepRate(env: string): number {
  return STEP_RATES[env] ?? STEPS_PER_SECOND;
}
