import { Car } from "../car_racing/car.ts";
import { TRACK_STEP, WHEEL_POSITIONS } from "../car_racing/constants.ts";
import { Tiles } from "../car_racing/tiles.ts";
import type { Pose, Track } from "../car_racing/state.ts";
import { RigidCar } from "./rigid_car.ts";
import type { Collisions } from "./traffic_world.ts";

/** How far around its last place a car is looked for on the track, points back and ahead. */
const BACK = 8;
const AHEAD = 15;

/** How often a car has begun to touch something of each kind. */
export interface CollisionCounts {
  /** Other cars. */
  cars: number;
  /** Guard rails. */
  rails: number;
  /** Cones. */
  cones: number;
}

/** Numbers of {@link Racer.save}. */
export const RACER_STATE_SIZE = 8;

/** A car on the track, and what it has done there. */
export class Racer {
  /** The car. */
  readonly car: Car = new Car();
  /** The car as others run into it. */
  readonly rigid: RigidCar = new RigidCar(this.car);
  /** The road as this car has found it. */
  readonly tiles: Tiles;
  /** Whether it is on the track; those that have finished or left are not. */
  present = true;
  /** The nearest point of the track, a number of `track.points`. */
  at = 0;
  /** How far to the right of that point the hull is, u. */
  offset = 0;
  /** Tiles that it has collected in the last step. */
  found: number[] = [];
  /** How much the last step's collisions changed its velocity, u/s. */
  impact = 0;
  /** Contacts that it has begun since the start. */
  readonly collisions: CollisionCounts = { cars: 0, rails: 0, cones: 0 };
  #touching = 0;
  readonly #track: Track;

  /** A car that is still to be placed; another one on the same track shares the road's geometry. */
  constructor(track: Track, other?: Racer) {
    this.#track = track;
    this.tiles = new Tiles(track, {}, other?.tiles);
  }

  /** Speed, u/s. */
  get speed(): number {
    return Math.hypot(this.car.velocity.x, this.car.velocity.y);
  }

  /** Puts the car on the road at rest, all wheels in place. */
  park(point: number, offset: number): void {
    const pose = this.poseAt(point, offset);
    this.car.place(pose);
    const cos = Math.cos(pose.angle);
    const sin = Math.sin(pose.angle);
    this.car.wheels.forEach((wheel, i) => {
      const [x, y] = WHEEL_POSITIONS[i];
      wheel.place({
        x: Math.fround(pose.x + cos * x - sin * y),
        y: Math.fround(pose.y + sin * x + cos * y),
        angle: Math.fround(pose.angle),
      });
    });
    this.at = point;
    this.locate();
  }

  /** Where a car stands that heads along the road, `offset` to the right of a point. */
  poseAt(point: number, offset: number): Pose {
    const { x, y, beta } = this.#track.points[point];
    return { x: x + offset * Math.cos(beta), y: y + offset * Math.sin(beta), angle: beta };
  }

  /** Looks which tiles it touches; collects. */
  look(): void {
    const { tiles } = this;
    const before = tiles.collected.slice();
    this.found = [];
    if (tiles.look(this.car) === 0) return;
    for (let i = 0; i < before.length; i++) if (tiles.collected[i] !== before[i]) this.found.push(i);
  }

  /** Finds the nearest point among those around the last one; a stretch of road beside it does not confuse. */
  locate(): void {
    const { points } = this.#track;
    const { x, y } = this.car.hull;
    const last = this.at;
    let nearest = Infinity;
    for (let k = -BACK; k <= AHEAD; k++) {
      const i = (last + k + points.length) % points.length;
      const distance = (points[i].x - x) ** 2 + (points[i].y - y) ** 2;
      if (distance < nearest) [this.at, nearest] = [i, distance];
    }
    const { x: px, y: py, beta } = points[this.at];
    this.offset = Math.cos(beta) * (x - px) + Math.sin(beta) * (y - py);
  }

  /** Along the road from here to another car's place, in the direction of travel, u. */
  distanceTo(point: number): number {
    const count = this.#track.points.length;
    return ((point - this.at + count) % count) * TRACK_STEP;
  }

  /** Counts what it has run into. */
  note({ car, rail, cone, impact }: Collisions): void {
    const touching = Number(car) + 2 * Number(rail) + 4 * Number(cone);
    const begun = touching & ~this.#touching;
    if (begun & 1) this.collisions.cars++;
    if (begun & 2) this.collisions.rails++;
    if (begun & 4) this.collisions.cones++;
    this.#touching = touching;
    this.impact = impact;
  }

  /** What is not saved by its car and its tiles, `[RACER_STATE_SIZE]`. */
  save(): Float64Array {
    const { cars, rails, cones } = this.collisions;
    const { present, at, offset, impact } = this;
    return Float64Array.of(Number(present), at, offset, impact, this.#touching, cars, rails, cones);
  }

  /** Reads what {@link Racer.save} wrote. */
  restore(state: Float64Array): void {
    this.present = state[0] !== 0;
    [, this.at, this.offset, this.impact, this.#touching] = state;
    [this.collisions.cars, this.collisions.rails, this.collisions.cones] = state.subarray(5);
    this.found = [];
  }
}
