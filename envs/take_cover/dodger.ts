import {
  AGENT_HALF_WIDTH,
  AGENT_REACH,
  AGENT_THRUST,
  BEHIND,
  FIREBALL_RADIUS,
  FIREBALL_SPEED,
  FRICTION,
} from "./constants.ts";
import type { TakeCoverView } from "./view.ts";

/** How far ahead it looks, steps: longer than a fireball flies. */
const SIGHT = 48;
/** For how long it may hold its first move before the second, steps. */
const HOLDS = [1, 4, 8, 14, 22, 32];
const MOVES = [0, -1, 1];
/** Distance between centres at which a fireball touches, u. */
const TOUCH = AGENT_HALF_WIDTH + FIREBALL_RADIUS;
/** Room to a fireball beyond which more is no better, u. */
const ROOM = 16;
/** Room that a step further from the middle is worth, for equals. */
const MIDDLE = 0.02;

/**
 * Dodges by the simulator's own state: tries a handful of plans (one way for a while, then another) against the fireballs
 * that fly and takes the first move of the one that stays clear of them for longest, at most room. A yardstick for agents
 * that see pixels, and a source of long rollouts.
 */
export class Dodger {
  /** The move for what it sees: -1 left, 0 none, 1 right. */
  act(view: TakeCoverView): number {
    let best = 0;
    let bestValue = -Infinity;
    for (const first of MOVES) {
      for (const second of MOVES) {
        for (const hold of first === second ? HOLDS.slice(0, 1) : HOLDS) {
          const value = outcome(view, first, hold, second);
          if (value > bestValue) [best, bestValue] = [first, value];
        }
      }
    }
    return best;
  }
}

/** What a plan is worth: the time until a hit, or beyond any time the room that it keeps. */
function outcome({ agent, monsters }: TakeCoverView, first: number, hold: number, second: number): number {
  let { x, drift } = agent;
  let room = ROOM;
  for (let step = 1; step <= SIGHT; step++) {
    drift = drift * (1 - FRICTION) + AGENT_THRUST * (step <= hold ? first : second);
    x += drift;
    if (Math.abs(x) > AGENT_REACH) {
      x = Math.sign(x) * AGENT_REACH;
      drift = 0;
    }
    for (const { fireball } of monsters) {
      if (fireball.depth <= BEHIND) continue;
      const speed = Math.sqrt(FIREBALL_SPEED * FIREBALL_SPEED - fireball.drift * fireball.drift);
      const depth = fireball.depth - step * speed;
      if (Math.abs(depth) > TOUCH) continue;
      room = Math.min(room, Math.abs(fireball.x + step * fireball.drift - x) - TOUCH);
      if (room < 0) return step - SIGHT;
    }
  }
  return 1 + room - MIDDLE * Math.abs(x);
}
