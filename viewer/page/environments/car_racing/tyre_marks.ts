import { PLAYFIELD, TIME_STEP, WHEEL_POLYGON, WHEEL_RADIUS } from "../../../../envs/car_racing/constants.ts";
import { STATE_SIZE } from "../../../../envs/car_racing/saved_state.ts";
import type { Track } from "../../../../envs/car_racing/state.ts";
import { TileIndex } from "../../../../envs/car_racing/tile_index.ts";
import { AT, type StateTape, WHEEL_NUMBERS } from "./state_tape.ts";
import { tileQuads } from "./track_shapes.ts";

/** Numbers of a corner of a mark: x, y, step, strength (above 0 rubber on the road, below 0 a furrow in the grass). */
export const MARK_NUMBERS = 4;
/** Numbers of a corner of a puff: x, y of its centre, corner (0 .. 3), step, strength (signed as a mark's). */
export const PUFF_NUMBERS = 5;

/** Slip that leaves no mark on the road, and how much more leaves the strongest, u/s. */
const ROAD_SLIP = 4.5;
const ROAD_SLIP_RANGE = 10;
/** Slip and speed that throw up earth on the grass, u/s. */
const GRASS_SPEED = 4;
const GRASS_SPEED_RANGE = 30;
/** Puffs rise from the rear wheels at every second step. */
const PUFF_EVERY = 2;
/** How near the road is on it, u: joints of tiles have no gaps. */
const SKIN = 0.02;
const HALF_WHEEL = Math.max(...WHEEL_POLYGON.filter((_, i) => i % 2 === 0)) * 0.85;

/** Where there is road. */
export class RoadMap {
  readonly #index: TileIndex;

  /** Of a track. */
  constructor(track: Track) {
    this.#index = new TileIndex(tileQuads(track), 0.5);
  }

  /** Whether a place lies on the road. */
  has(x: number, y: number): boolean {
    if (Math.abs(x) > PLAYFIELD || Math.abs(y) > PLAYFIELD) return false;
    const cell = this.#index.cellOf(x, y);
    for (let k = this.#index.begin[cell]; k < this.#index.begin[cell + 1]; k++) {
      if (this.#index.gap(this.#index.tiles[k], x, y) <= SKIN) return true;
    }
    return false;
  }
}

/** How fast a tyre rubs over the ground between two states, u/s: sideways, and by spinning or locking. */
export function slipOf(states: Float64Array, step: number, wheel: number): number {
  const from = step * STATE_SIZE + AT.wheels + wheel * WHEEL_NUMBERS;
  const to = from + STATE_SIZE;
  const vx = (states[to] - states[from]) / TIME_STEP;
  const vy = (states[to + 1] - states[from + 1]) / TIME_STEP;
  const cos = Math.cos(states[to + 2]);
  const sin = Math.sin(states[to + 2]);
  return Math.hypot(cos * vx + sin * vy, -sin * vx + cos * vy - states[to + 3] * WHEEL_RADIUS);
}

/**
 * What the tyres of one drive do to the ground: marks, and puffs of smoke or dust. Each carries the step that it was
 * made at, so that any moment can be drawn from them at once; a tape that grew is gone on with.
 */
export class TyreMarks {
  /** `[marks * 4, MARK_NUMBERS]`, corners of quads. */
  readonly marks: Float32Array;
  /** `[puffs * 4, PUFF_NUMBERS]`. */
  readonly puffs: Float32Array;
  /** Quads in {@link TyreMarks.marks}. */
  markCount = 0;
  /** Quads in {@link TyreMarks.puffs}. */
  puffCount = 0;
  #done = 0;
  readonly #road: RoadMap;
  readonly #tape: StateTape;

  /** Of a tape on a road; its room for states is room enough for marks. */
  constructor(tape: StateTape, road: RoadMap) {
    const capacity = tape.states.length / STATE_SIZE;
    this.#tape = tape;
    this.#road = road;
    this.marks = new Float32Array(capacity * 4 * 4 * MARK_NUMBERS);
    this.puffs = new Float32Array(capacity * 4 * PUFF_NUMBERS);
  }

  /** Adds what the states that came since the last call did. @returns Whether there was anything. */
  extend(): boolean {
    const before = this.markCount + this.puffCount;
    const { states, count } = this.#tape;
    // The first step pulls the wheels to their places: no slip.
    for (let step = Math.max(this.#done, 1); step < count - 1; step++) {
      for (let wheel = 0; wheel < 4; wheel++) this.#look(states, step, wheel);
    }
    this.#done = Math.max(count - 1, 0);
    return this.markCount + this.puffCount > before;
  }

  #look(states: Float64Array, step: number, wheel: number): void {
    const from = step * STATE_SIZE + AT.wheels + wheel * WHEEL_NUMBERS;
    const to = from + STATE_SIZE;
    const [x0, y0, x1, y1] = [states[from], states[from + 1], states[to], states[to + 1]];
    const onRoad = this.#road.has(x1, y1);
    const amount = onRoad
      ? (slipOf(states, step, wheel) - ROAD_SLIP) / ROAD_SLIP_RANGE
      : (Math.hypot(x1 - x0, y1 - y0) / TIME_STEP - GRASS_SPEED) / GRASS_SPEED_RANGE;
    if (amount <= 0) return;
    const strength = Math.min(amount, 1) * (onRoad ? 1 : -1);
    this.#addMark(x0, y0, x1, y1, step + 1, strength, states[to + 2]);
    if (wheel < 2 || (step + wheel) % PUFF_EVERY !== 0 || Math.abs(strength) < (onRoad ? 0.45 : 0.1)) return;
    for (let corner = 0; corner < 4; corner++) {
      this.puffs.set([x1, y1, corner, step + 1, strength], (4 * this.puffCount + corner) * PUFF_NUMBERS);
    }
    this.puffCount++;
  }

  #addMark(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    step: number,
    strength: number,
    angle: number,
  ): void {
    // As wide as the wheel is across its way: a sliding wheel draws a broader mark.
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
    const straight = Math.abs(-Math.sin(angle) * ux + Math.cos(angle) * uy);
    const half = HALF_WHEEL * (straight + 1.4 * (1 - straight));
    const [nx, ny] = [-uy * half, ux * half];
    const at = this.markCount * 4 * MARK_NUMBERS;
    this.marks.set([x0 + nx, y0 + ny, step - 1, strength], at);
    this.marks.set([x0 - nx, y0 - ny, step - 1, strength], at + MARK_NUMBERS);
    this.marks.set([x1 + nx, y1 + ny, step, strength], at + 2 * MARK_NUMBERS);
    this.marks.set([x1 - nx, y1 - ny, step, strength], at + 3 * MARK_NUMBERS);
    this.markCount++;
  }
}
