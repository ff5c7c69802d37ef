import { RandomStream } from "../../core/random_stream.ts";
import { CAR_STATE_SIZE } from "../car_racing/car.ts";
import { PLAYFIELD, TIME_STEP, TRACK_WIDTH } from "../car_racing/constants.ts";
import type { TilesState } from "../car_racing/tiles.ts";
import type { Track } from "../car_racing/state.ts";
import { readEnvState } from "../env_state.ts";
import { Cone, CONE_STATE_SIZE } from "./cone.ts";
import { type Barriers, layRails, type Rail } from "./rails.ts";
import { Racer, RACER_STATE_SIZE } from "./racer.ts";
import { TrafficWorld } from "./traffic_world.ts";

/** What a {@link Race} has besides its track. */
export interface RaceOptions {
  /** How many cars, 1 or more. */
  cars: number;
  /** Where guard rails stand. */
  barriers: Barriers;
  /** How many cones, 0 or more. */
  cones: number;
}

/** The grid: points of the track from one start to the next, and how far beside the middle they are, u. */
const GRID_POINTS = 2;
const GRID_OFFSET = 2.4;
/** Cones stand in rows of this many, each a step farther into the road. */
const CONES_A_ROW = 4;
/** Points of the track between the cones of a row. */
const CONE_SPACING = 2;
/** Where a row begins and how far in it ends, u from the middle of the road. */
const ROW_BEGINS = TRACK_WIDTH - 0.7;
const ROW_ENDS = 3;
/** No cone stands nearer to where a car starts, u. */
const START_CLEARANCE = 8;
/** Points around the start line where no row begins. */
const START_POINTS = 20;
/** Tries to find such a place for a row, before a crowded one will do. */
const PLACE_TRIES = 50;
/** How near another car may be to a place where a car is put back, u. */
const RESCUE_CLEARANCE = 12;

/** What {@link Race.save} returns. */
export interface RaceState {
  /** Simulated seconds. */
  time: number;
  /** `[cones, CONE_STATE_SIZE]`. */
  cones: Float64Array;
  /** One a car. */
  racers: { car: Float64Array; racer: Float64Array; tiles: TilesState }[];
}

/** Cars, guard rails and cones on one track: what an episode of CarTraffic and CarRace is made of. */
export class Race {
  /** The road. */
  readonly track: Track;
  /** The guard rails along it. */
  readonly rails: readonly Rail[];
  /** The cones, wherever they are by now. */
  readonly cones: readonly Cone[];
  /** The cars, also those that are not on the track any more. */
  readonly racers: readonly Racer[];
  /** Simulated seconds since the start. */
  time = 0;
  readonly #world: TrafficWorld;

  /** A race on this track whose cars are still to be placed, and whose cones are still to be put up. */
  constructor(track: Track, { cars, barriers, cones }: RaceOptions) {
    this.track = track;
    this.rails = layRails(track, barriers);
    this.cones = Array.from({ length: cones }, () => new Cone());
    const first = new Racer(track);
    this.racers = Array.from({ length: cars }, (_, i) => i === 0 ? first : new Racer(track, first));
    this.#world = new TrafficWorld(this.rails, this.cones);
  }

  /** Parks the cars two by two behind the start line, in an order that is drawn. */
  placeGrid(random: RandomStream): void {
    const count = this.track.points.length;
    random.shuffle([...this.racers]).forEach((racer, i) => {
      racer.park((count - GRID_POINTS * i) % count, i % 2 === 0 ? -GRID_OFFSET : GRID_OFFSET);
    });
  }

  /** Puts up the cones, in rows that narrow the road, away from the start and from all cars. */
  placeCones(random: RandomStream): void {
    const { points } = this.track;
    for (let first = 0; first < this.cones.length; first += CONES_A_ROW) {
      const row = this.cones.slice(first, first + CONES_A_ROW);
      for (let tries = 0, free = false; tries < PLACE_TRIES && !free; tries++) {
        const begin = random.integer(START_POINTS, points.length - START_POINTS - CONES_A_ROW * CONE_SPACING);
        const side = random.uniform() < 0.5 ? -1 : 1;
        row.forEach((cone, i) => {
          const { x, y, beta } = points[begin + CONE_SPACING * i];
          const offset = side * (ROW_BEGINS + (ROW_ENDS - ROW_BEGINS) * i / (CONES_A_ROW - 1));
          cone.place({ x: x + offset * Math.cos(beta), y: y + offset * Math.sin(beta), angle: beta });
        });
        const taken = [...this.racers.map(({ car }) => car.hull), ...this.cones.slice(0, first)];
        free = row.every((cone) =>
          taken.every(({ x, y }) => Math.hypot(cone.x - x, cone.y - y) > START_CLEARANCE)
        );
      }
    }
  }

  /** One step of the world: forces on the ground of the last look, a look, motion and collisions. */
  simulate(): void {
    const present = this.racers.filter((racer) => racer.present);
    for (const racer of present) racer.car.drive();
    for (const racer of present) racer.look();
    this.#world.cars.splice(0, Infinity, ...present.map(({ rigid }) => rigid));
    const collisions = this.#world.step();
    present.forEach((racer, i) => {
      racer.note(collisions[i]);
      racer.locate();
    });
    this.time += TIME_STEP;
  }

  /** Whether a car has left the field. */
  isOutside({ car: { hull } }: Racer): boolean {
    return Math.abs(hull.x) > PLAYFIELD || Math.abs(hull.y) > PLAYFIELD;
  }

  /** Whether a car has come back over the start line with more than this share of the tiles. */
  hasLapped({ tiles }: Racer, lapCompletePercent: number): boolean {
    return tiles.crossedStart && tiles.collectedCount / this.track.points.length > lapCompletePercent;
  }

  /** Puts a car back in the middle of the road where it was last, unless another one is in the way; whether it did. */
  rescue(racer: Racer): boolean {
    const { x, y } = racer.poseAt(racer.at, 0);
    const free = this.racers.every((other) => {
      const { hull } = other.car;
      return other === racer || !other.present || Math.hypot(hull.x - x, hull.y - y) > RESCUE_CLEARANCE;
    });
    if (free) racer.park(racer.at, 0);
    return free;
  }

  /** All that the future depends on, the track and the options apart. */
  save(): RaceState {
    const cones = new Float64Array(this.cones.length * CONE_STATE_SIZE);
    this.cones.forEach((cone, i) => cone.save(cones, i * CONE_STATE_SIZE));
    return {
      time: this.time,
      cones,
      racers: this.racers.map((racer) => ({
        car: racer.car.save(),
        racer: racer.save(),
        tiles: racer.tiles.save(),
      })),
    };
  }

  /**
   * Goes on from a state of a race on the same track with the same options.
   *
   * @param id The environment's id, for the error.
   * @throws TypeError when the state is another one's.
   */
  restore(id: string, state: RaceState): void {
    const count = this.track.points.length;
    const { time, cones, racers } = readEnvState<RaceState>(id, { ...state }, {
      time: "number",
      cones: this.cones.length * CONE_STATE_SIZE,
      racers: this.racers.length,
    });
    for (const saved of racers) {
      readEnvState(id, { ...saved }, { car: CAR_STATE_SIZE, racer: RACER_STATE_SIZE, tiles: "object" });
      readEnvState(id, { ...saved.tiles }, { touched: count, collected: count, onStart: "boolean" });
    }
    this.time = time;
    this.cones.forEach((cone, i) => cone.restore(cones.subarray(i * CONE_STATE_SIZE)));
    this.racers.forEach((racer, i) => {
      racer.car.restore(racers[i].car);
      racer.tiles.restore(racers[i].tiles);
      racer.restore(racers[i].racer);
    });
  }
}
