import type { NumpyRandom } from "../random/numpy_random.ts";
import { BORDER_COUNT, CHECKPOINTS, TRACK_RADIUS, TRACK_STEP, TRACK_TURN_RATE } from "./constants.ts";
import type { Track, TrackPoint } from "./state.ts";

const TURN = 2 * Math.PI;
const START_ANGLE = -TURN / 2 / CHECKPOINTS;
const MOST_POINTS = 2500;

interface Checkpoint {
  angle: number;
  x: number;
  y: number;
}

/**
 * Draws a track as Gymnasium's CarRacing-v3 does: a walk steers from checkpoint to checkpoint for several laps
 * and its last whole lap is kept; a lap whose ends do not meet is thrown away and drawn anew.
 *
 * @param random Draws `2 * 12` doubles an attempt; the same state gives the same track as NumPy's generator.
 */
export function generateTrack(random: NumpyRandom): Track {
  for (let attempts = 1;; attempts++) {
    const points = lastLap(walk(drawCheckpoints(random)));
    if (points) return { points, ...findBorders(points), attempts };
  }
}

function drawCheckpoints(random: NumpyRandom): Checkpoint[] {
  return Array.from({ length: CHECKPOINTS }, (_, i) => {
    let angle = TURN * i / CHECKPOINTS + random.uniform(0, TURN / CHECKPOINTS);
    let radius = random.uniform(TRACK_RADIUS / 3, TRACK_RADIUS);
    if (i === 0 || i === CHECKPOINTS - 1) {
      angle = TURN * i / CHECKPOINTS;
      radius = 1.5 * TRACK_RADIUS;
    }
    return { angle, x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
}

/** Some four laps of points from (225, 0) on, always turning towards the next checkpoint. */
function walk(checkpoints: Checkpoint[]): TrackPoint[] {
  const points: TrackPoint[] = [];
  let [x, y, beta] = [1.5 * TRACK_RADIUS, 0, 0];
  let next = 0;
  let laps = 0;
  let wasBelow = false;
  while (laps <= 4 && points.length < MOST_POINTS) {
    let alpha = Math.atan2(y, x);
    if (wasBelow && alpha > 0) {
      laps++;
      wasBelow = false;
    }
    if (alpha < 0) {
      wasBelow = true;
      alpha += TURN;
    }
    while (alpha > checkpoints[next].angle) {
      next = (next + 1) % CHECKPOINTS;
      if (next === 0) alpha -= TURN;
    }
    while (beta - alpha > 1.5 * Math.PI) beta -= TURN;
    while (beta - alpha < -1.5 * Math.PI) beta += TURN;

    const { x: toX, y: toY } = checkpoints[next];
    const [cos, sin] = [Math.cos(beta), Math.sin(beta)];
    // How far the checkpoint lies to the side, in the picture's units of 1/6 u.
    const aside = 6 * (cos * (toX - x) + sin * (toY - y));
    const before = beta;
    if (Math.abs(aside) > 0.3) {
      beta -= Math.sign(aside) * Math.min(TRACK_TURN_RATE, 0.001 * Math.abs(aside));
    }
    x -= sin * TRACK_STEP;
    y += cos * TRACK_STEP;
    points.push({ alpha, beta: (before + beta) / 2, x, y });
  }
  return points;
}

/** The last whole lap between two crossings of the start line, unless there is none or its ends do not meet. */
function lastLap(points: TrackPoint[]): TrackPoint[] | undefined {
  let end = -1;
  for (let i = points.length - 1; i > 0; i--) {
    if (!(points[i].alpha > START_ANGLE && points[i - 1].alpha <= START_ANGLE)) continue;
    if (end === -1) {
      end = i;
      continue;
    }
    const lap = points.slice(i, end - 1);
    return endsMeet(lap) ? lap : undefined;
  }
  return undefined;
}

function endsMeet(lap: TrackPoint[]): boolean {
  if (lap.length === 0) return false;
  const [first, last] = [lap[0], lap[lap.length - 1]];
  const gap = Math.hypot(
    Math.cos(first.beta) * (first.x - last.x),
    Math.sin(first.beta) * (first.y - last.y),
  );
  return gap <= TRACK_STEP;
}

/** Marks the tiles of hard turns, and the three before each, in place: a mark may be carried on. */
function findBorders(points: TrackPoint[]): Pick<Track, "border" | "borderSide"> {
  const count = points.length;
  const at = (i: number) => (i + count) % count;
  const turns = points.map((point, i) => point.beta - points[at(i - 1)].beta);
  const border = Uint8Array.from(points, (_, i) => {
    let oneSide = 0;
    for (let back = 0; back < BORDER_COUNT; back++) {
      const turn = turns[at(i - back)];
      if (!(Math.abs(turn) > 0.2 * TRACK_TURN_RATE)) return 0;
      oneSide += Math.sign(turn);
    }
    return Math.abs(oneSide) === BORDER_COUNT ? 1 : 0;
  });
  for (let i = 0; i < count; i++) {
    for (let back = 0; back < BORDER_COUNT; back++) border[at(i - back)] |= border[i];
  }
  const borderSide = Int8Array.from(turns, (turn, i) => border[i] ? Math.sign(-turn) : 0);
  return { border, borderSide };
}
