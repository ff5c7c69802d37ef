import { STEER_LIMIT, TRACK_STEP, TRACK_TURN_RATE, TRACK_WIDTH, WHEEL_RADIUS } from "./constants.ts";
import type { CarRacingView, Pose, Track } from "./state.ts";

/** How many places of the road ahead a {@link StateVector} names. */
export const ROAD_POINTS = 12;
/** Distance from one to the next along the road, u. */
export const ROAD_SPACING = 2 * TRACK_STEP;
/** Where the road ahead begins in the vector, and the numbers of each place. */
export const ROAD_START = 11;
export const ROAD_NUMBERS = 3;
/** Numbers in a {@link StateVector}. */
export const STATE_VECTOR_SIZE: number = ROAD_START + ROAD_POINTS * ROAD_NUMBERS;

/** What 1 stands for in a {@link StateVector}; each number is divided by one of these. */
export const STATE_SCALES = {
  /** No body is faster (Box2D's limit), u/s. */
  speed: 100,
  /** Yaw rate, rad/s. */
  yawRate: 10,
  /** Speed of a tyre's surface, u/s. */
  rimSpeed: 200,
  /** Steering angle: the limit and what it overshoots, rad. */
  steering: 1.25 * STEER_LIMIT,
  /** Distance from the middle of the road, u: four times half its width. */
  offset: 4 * TRACK_WIDTH,
  /** Place of the road ahead, u. */
  ahead: 100,
  /** Turn of the road from one place to the next: twice the sharpest bend of a tile, rad. */
  bend: 2 * TRACK_TURN_RATE,
} as const;

/** Distance that a stretch of road in the opposite direction seems to be farther away, u: two roads side by side. */
const WRONG_WAY = 4 * TRACK_WIDTH;

/**
 * Car and road ahead as `[47]` numbers in the car's own frame, each cut to -1 .. 1: for fast experiments, and what a
 * teacher may know that sees more than pixels do. It follows from the picture's saved state, as a picture does.
 *
 * | Index | Meaning | Unit |
 * |---|---|---|
 * | 0 | speed forwards, of the hull's centre of mass | 100 u/s |
 * | 1 | speed to the right | 100 u/s |
 * | 2 | yaw rate, anticlockwise | 10 rad/s |
 * | 3 | angle of the front left wheel, anticlockwise | 0.5 rad |
 * | 4 .. 7 | speed of the tyres' surfaces: front left, front right, rear left, rear right | 200 u/s |
 * | 8 | place of the hull's origin, right of the middle of the road | 26.7 u (4 half-widths) |
 * | 9, 10 | sine and cosine of the car's heading from the road's, anticlockwise | 1 |
 * | 11 + 3 k | place of the road's middle 7 (k + 1) u ahead (k = 0 .. 11), to the right | 100 u |
 * | 12 + 3 k | the same place, forwards | 100 u |
 * | 13 + 3 k | turn of the road over the last 7 u before that place, to the left | 0.62 rad |
 *
 * Distances ahead count along the road from the place of it that is nearest; one in the opposite direction counts as 26.7 u
 * farther away.
 */
export class StateVector {
  readonly #count: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #beta: Float64Array;
  /** The unit vector across the road, to the right of travel. */
  readonly #acrossX: Float64Array;
  readonly #acrossY: Float64Array;
  readonly #place: Pose = { x: 0, y: 0, angle: 0 };

  /** Prepares a track. */
  constructor({ points }: Track) {
    this.#count = points.length;
    this.#x = Float64Array.from(points, (point) => point.x);
    this.#y = Float64Array.from(points, (point) => point.y);
    this.#beta = Float64Array.from(points, (point) => point.beta);
    this.#acrossX = this.#beta.map(Math.cos);
    this.#acrossY = this.#beta.map(Math.sin);
  }

  /** Writes what is known of a view, whose track is taken to be the prepared one, into `target`, `[47]`. */
  write({ hull, velocity, yawRate, wheels }: CarRacingView, target: Float32Array): void {
    const cos = Math.cos(hull.angle);
    const sin = Math.sin(hull.angle);
    const { speed, yawRate: turning, steering, rimSpeed, offset, ahead, bend } = STATE_SCALES;
    target[0] = cut((cos * velocity.y - sin * velocity.x) / speed);
    target[1] = cut((cos * velocity.x + sin * velocity.y) / speed);
    target[2] = cut(yawRate / turning);
    target[3] = cut(wheels[0].jointAngle / steering);
    for (let i = 0; i < 4; i++) target[4 + i] = cut(wheels[i].omega * WHEEL_RADIUS / rimSpeed);

    const at = this.#nearest(hull.x, hull.y, cos, sin);
    const dx = hull.x - this.#x[at];
    const dy = hull.y - this.#y[at];
    const along = this.#acrossX[at] * dy - this.#acrossY[at] * dx;
    target[8] = cut((this.#acrossX[at] * dx + this.#acrossY[at] * dy) / offset);
    const place = this.#place;
    const from = at + along / TRACK_STEP;
    this.#look(from, place);
    target[9] = Math.sin(hull.angle - place.angle);
    target[10] = Math.cos(hull.angle - place.angle);
    for (let k = 0, to = ROAD_START; k < ROAD_POINTS; k++, to += ROAD_NUMBERS) {
      const before = place.angle;
      this.#look(from + (k + 1) * ROAD_SPACING / TRACK_STEP, place);
      const x = place.x - hull.x;
      const y = place.y - hull.y;
      target[to] = cut((cos * x + sin * y) / ahead);
      target[to + 1] = cut((cos * y - sin * x) / ahead);
      target[to + 2] = cut(turn(before, place.angle) / bend);
    }
  }

  /** The nearest point of the track, those in the other direction last. */
  #nearest(x: number, y: number, cos: number, sin: number): number {
    let best = 0;
    let least = Infinity;
    for (let i = 0; i < this.#count; i++) {
      const dx = this.#x[i] - x;
      const dy = this.#y[i] - y;
      const against = 0.5 * (1 - cos * this.#acrossX[i] - sin * this.#acrossY[i]);
      const distance = Math.sqrt(dx * dx + dy * dy) + against * WRONG_WAY;
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }

  /** Place and heading of the road between two points, by a number of points that need not be whole. */
  #look(at: number, place: Pose): void {
    const whole = Math.floor(at);
    const share = at - whole;
    const i = (whole + this.#count) % this.#count;
    const next = (i + 1) % this.#count;
    place.x = this.#x[i] + share * (this.#x[next] - this.#x[i]);
    place.y = this.#y[i] + share * (this.#y[next] - this.#y[i]);
    place.angle = this.#beta[i] + share * turn(this.#beta[i], this.#beta[next]);
  }
}

/** The turn from one heading to another, -pi .. pi, anticlockwise. */
function turn(from: number, to: number): number {
  return Math.atan2(Math.sin(to - from), Math.cos(to - from));
}

function cut(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
