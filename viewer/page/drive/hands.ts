import type { Hands } from "../../../envs/env_spec.ts";

/** Full changes a second: how fast a held key moves a hand across, how fast it comes back, and up or down. */
const ACROSS = 3.2;
const BACK = 6;
const DOWN = 5;
const UP = 9;

/** Hands that do nothing. */
export function idleHands(): Hands {
  return { across: 0, up: 0, down: 0 };
}

/**
 * Moves hands towards what held keys (or fingers) want, as a foot on a pedal and a hand at a wheel would.
 *
 * @param present Written to.
 * @param wanted Where they go: -1, 0 or 1 for keys.
 */
export function moveHands(present: Hands, wanted: Hands, seconds: number): Hands {
  // Back towards the middle, or through it to the other side, is faster than away from it.
  const back = wanted.across === 0 || wanted.across * present.across < 0;
  present.across = towards(present.across, wanted.across, seconds * (back ? BACK : ACROSS));
  for (const pedal of ["up", "down"] as const) {
    const rate = wanted[pedal] > present[pedal] ? DOWN : UP;
    present[pedal] = towards(present[pedal], wanted[pedal], seconds * rate);
  }
  return present;
}

function towards(from: number, to: number, most: number): number {
  return Math.abs(to - from) <= most ? to : from + Math.sign(to - from) * most;
}
