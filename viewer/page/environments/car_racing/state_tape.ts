import { STATE_SIZE } from "../../../../envs/car_racing/saved_state.ts";
import type { StateTape } from "../environment_view.ts";

export type { StateTape } from "../environment_view.ts";

/** Where the numbers lie in a state, see `writeState`. */
export const AT = { time: 0, score: 1, x: 2, y: 3, angle: 4, vx: 5, vy: 6, yawRate: 7, wheels: 8 } as const;
/** Numbers of a wheel: x, y, angle, omega, phase, joint angle. */
export const WHEEL_NUMBERS = 6;
/** Where the touched tiles begin. */
export const TILES_AT: number = AT.wheels + 4 * WHEEL_NUMBERS;
/** How many numbers of a state are in motion: all before the tiles. */
export const MOTION_SIZE: number = TILES_AT;

/**
 * The motion between two states, by straight lines: angles are not wrapped in a state, so they can be.
 *
 * @param position A step with a fraction; kept within the tape.
 * @param target `[MOTION_SIZE]`, written to.
 */
export function motionAt(tape: StateTape, position: number, target: Float64Array): Float64Array {
  const last = tape.count - 1;
  const kept = Math.min(Math.max(position, 0), Math.max(last, 0));
  const row = Math.floor(kept);
  const part = kept - row;
  const from = row * STATE_SIZE;
  const to = Math.min(row + 1, last) * STATE_SIZE;
  const { states } = tape;
  for (let i = 0; i < MOTION_SIZE; i++) {
    target[i] = states[from + i] + part * (states[to + i] - states[from + i]);
  }
  return target;
}
