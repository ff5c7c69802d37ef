import type { CarRacingColors, CarRacingView, Track } from "./state.ts";

/** The most tiles that a saved state has room for; 30,000 seeds have at most 391. */
const MOST_TILES = 528;
/** Tiles whose textures share one number: an integer below 2^48. */
const TILES_A_NUMBER = 48;
const WHEEL_NUMBERS = 6;
const HEAD_NUMBERS = 8 + 4 * WHEEL_NUMBERS;

/** Numbers in a saved state. */
export const STATE_SIZE = HEAD_NUMBERS + MOST_TILES / TILES_A_NUMBER;

/**
 * Writes what a picture is drawn from, the episode's constants apart: time, score, hull (x, y, angle), velocity (x, y),
 * yaw rate; for each wheel x, y, angle, omega, phase, joint angle; then which tiles were touched, 48 to a number.
 *
 * @param target `[STATE_SIZE]`.
 */
export function writeState(view: CarRacingView, target: Float64Array): void {
  const { time, score, hull, velocity, yawRate, wheels, touched } = view;
  if (touched.length > MOST_TILES) {
    throw new RangeError(`Cannot save a state: expected at most ${MOST_TILES} tiles, got ${touched.length}`);
  }
  target.set([time, score, hull.x, hull.y, hull.angle, velocity.x, velocity.y, yawRate]);
  let at = 8;
  for (const { x, y, angle, omega, phase, jointAngle } of wheels) {
    target.set([x, y, angle, omega, phase, jointAngle], at);
    at += WHEEL_NUMBERS;
  }
  target.fill(0, at);
  for (let tile = touched.length - 1; tile >= 0; tile--) {
    const word = at + Math.floor(tile / TILES_A_NUMBER);
    target[word] = 2 * target[word] + touched[tile];
  }
}

/** Reads what {@link writeState} wrote into a view. */
export function readState(state: Float64Array, view: CarRacingView): void {
  [view.time, view.score, view.hull.x, view.hull.y, view.hull.angle] = state;
  view.velocity.x = state[5];
  view.velocity.y = state[6];
  view.yawRate = state[7];
  let at = 8;
  for (const wheel of view.wheels) {
    [wheel.x, wheel.y, wheel.angle, wheel.omega, wheel.phase, wheel.jointAngle] = state.subarray(at);
    at += WHEEL_NUMBERS;
  }
  for (let first = 0; first < view.touched.length; first += TILES_A_NUMBER) {
    let word = state[at++];
    for (let tile = first; tile < Math.min(first + TILES_A_NUMBER, view.touched.length); tile++) {
      view.touched[tile] = word % 2;
      word = Math.floor(word / 2);
    }
  }
}

/** A view of an episode for {@link readState} to fill. */
export function blankView(track: Track, colors: CarRacingColors): CarRacingView {
  return {
    track,
    colors,
    time: 0,
    score: 0,
    hull: { x: 0, y: 0, angle: 0 },
    velocity: { x: 0, y: 0 },
    yawRate: 0,
    wheels: Array.from({ length: 4 }, () => ({ x: 0, y: 0, angle: 0, omega: 0, phase: 0, jointAngle: 0 })),
    touched: new Uint8Array(track.points.length),
  };
}
