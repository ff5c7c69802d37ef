import { RandomStream, type RandomStreamState } from "../../core/random_stream.ts";
import { TRACK_STEP, TRACK_WIDTH } from "../car_racing/constants.ts";
import type { TrackPoint } from "../car_racing/state.ts";
import { readEnvState } from "../env_state.ts";
import type { EnvState } from "../env.ts";
import type { Race } from "./race.ts";
import type { Racer } from "./racer.ts";
import type { Skill } from "./skills.ts";

/** How far ahead it aims: a distance and a time, u and s. */
const AIM_DISTANCE = 12.5;
const AIM_TIME = 0.225;
/** How far ahead it looks for bends, u, and over how many points it measures one. */
const SIGHT = 60;
const BEND_POINTS = 4;
/** How far ahead it looks for cars and cones: a distance and a time, u and s. */
const TRAFFIC_DISTANCE = 14;
const TRAFFIC_TIME = 0.7;
/** A lane is taken by what is nearer to its middle than this, u: a car's width and some air. */
const LANE_WIDTH = 3.4;
/** The farthest lane from the middle of the road, u. */
const OUTER_LANE = TRACK_WIDTH - 2.6;
/** How far from the middle a driver's own lane lies at most, u. */
const HOME_LANE = 1.8;
/** Fastest change of lanes, u a step. */
const LANE_CHANGE = 0.14;
/** From middle to middle, cars one behind the other keep this distance, u. */
const CAR_DISTANCE = 7.5;
/** With its aim farther to the side than this, rad, it has spun, and turns round no faster than this, u/s. */
const TURN_ROUND = 1.5;
const TURNING_SPEED = 12;
/** From this speed on steering takes from the gas what it needs of the grip, u/s. */
const SHARING_SPEED = 10;
/** How much of its steering error a driver keeps from one step to the next. */
const ERROR_MEMORY = 0.95;
/** Below this speed, for this many steps, a driver is stuck, u/s. */
const STUCK_SPEED = 2;
const STUCK_STEPS = 100;
/** So far off the road's middle a driver has lost it, u. */
const LOST = 30;

/** What {@link ScriptedDriver.save} returns. */
interface DriverState {
  random: RandomStreamState;
  home: number;
  lane: number;
  error: number;
  still: number;
  pending: number[];
}

/**
 * Drives by the simulator's own state: aims at a point of its lane ahead (pure pursuit), slows down for the bends and
 * the cars that it sees, and passes them if it is able to. An opponent, and a yardstick for agents.
 */
export class ScriptedDriver {
  /** How well it drives. */
  readonly skill: Skill;
  #random: RandomStream;
  #home: number;
  #lane: number;
  /** Present error of its steering. */
  #error = 0;
  /** Steps since it moved. */
  #still = 0;
  /** Actions on their way from eye to hand, `[steer, gas, brake]` each, the oldest first. */
  #pending: number[][] = [];

  /**
   * A driver with nothing on its mind.
   *
   * @param skill How well it drives.
   * @param random Draws its lane and its errors; the driver's own from now on.
   */
  constructor(skill: Skill, random: RandomStream) {
    this.skill = skill;
    this.#random = random;
    this.#home = random.uniform(-HOME_LANE, HOME_LANE);
    this.#lane = this.#home;
  }

  /** Whether it cannot go on by itself: it has not moved for two seconds, or lost the road. */
  get stuck(): boolean {
    return this.#still >= STUCK_STEPS;
  }

  /** `[steer, gas, brake]` for what a car sees of its race. */
  act(race: Race, racer: Racer): number[] {
    const { points } = race.track;
    const { hull, velocity, yawRate } = racer.car;
    const speed = Math.hypot(velocity.x, velocity.y);
    const lost = Math.abs(racer.offset) > LOST;
    this.#still = lost ? STUCK_STEPS : speed < STUCK_SPEED ? this.#still + 1 : 0;

    const ahead = obstaclesAhead(race, racer, speed);
    this.#lane += Math.min(LANE_CHANGE, Math.max(-LANE_CHANGE, this.#chooseLane(ahead, speed) - this.#lane));

    const steps = Math.round((AIM_DISTANCE + AIM_TIME * speed) / TRACK_STEP);
    const aim = points[(racer.at + steps) % points.length];
    const dx = aim.x + this.#lane * Math.cos(aim.beta) - hull.x;
    const dy = aim.y + this.#lane * Math.sin(aim.beta) - hull.y;
    const forward = -Math.sin(hull.angle) * dx + Math.cos(hull.angle) * dy;
    const right = Math.cos(hull.angle) * dx + Math.sin(hull.angle) * dy;
    const noise = Math.sqrt(1 - ERROR_MEMORY ** 2) * this.skill.unsteadiness * this.#random.normal();
    this.#error = ERROR_MEMORY * this.#error + noise;
    const steer = 1.33 * Math.atan2(right, forward) + 0.05 * yawRate + this.#error;

    const turning = Math.abs(Math.atan2(right, forward)) > TURN_ROUND ? TURNING_SPEED : Infinity;
    const excess = speed -
      Math.min(this.#bendSpeed(points, racer.at), this.#trafficSpeed(ahead, racer), turning);
    // Gas and steering share the rear tyres' grip; of which there is enough for both as long as it hardly moves.
    const shared = Math.min(0.9, Math.abs(steer)) * Math.min(1, speed / SHARING_SPEED);
    const gas = excess < 0 ? Math.min(1, -1.5 * excess) * (1 - shared) : 0;
    const brake = excess > 0 ? Math.min(0.8, 0.021 * excess) : 0;

    this.#pending.push([Math.min(1, Math.max(-1, steer)), gas, brake]);
    return this.#pending.length > this.skill.reaction ? this.#pending.shift()! : [0, 0, 0];
  }

  /** After the car was put somewhere else: what it meant to do there is void. */
  settle(): void {
    this.#still = this.#error = 0;
    this.#pending = [];
  }

  /** All that its future depends on, its skill apart. */
  save(): EnvState {
    const state: DriverState = {
      random: this.#random.state(),
      home: this.#home,
      lane: this.#lane,
      error: this.#error,
      still: this.#still,
      pending: this.#pending.flat(),
    };
    return { ...state };
  }

  /**
   * Reads what {@link ScriptedDriver.save} wrote.
   *
   * @param id The environment's id, for the error.
   * @throws TypeError when the state is something else's.
   */
  restore(id: string, state: EnvState): void {
    const { random, home, lane, error, still, pending } = readEnvState<DriverState>(id, state, {
      random: "object",
      home: "number",
      lane: "number",
      error: "number",
      still: "number",
      pending: "array",
    });
    if (pending.length % 3 !== 0 || !pending.every(Number.isFinite)) {
      throw new TypeError(
        `Cannot set the state of ${id}: expected triples of finite numbers in "pending", got [${pending}]`,
      );
    }
    this.#random = RandomStream.fromState(random);
    [this.#home, this.#lane, this.#error, this.#still] = [home, lane, error, still];
    this.#pending = Array.from({ length: pending.length / 3 }, (_, i) => pending.slice(3 * i, 3 * i + 3));
  }

  /** The fastest speed from which it can still slow down for every bend in sight, u/s. */
  #bendSpeed(points: readonly TrackPoint[], at: number): number {
    const { topSpeed, grip, braking } = this.skill;
    let allowed = topSpeed;
    for (let k = 0; k * TRACK_STEP < SIGHT; k++) {
      const from = points[(at + k) % points.length];
      const to = points[(at + k + BEND_POINTS) % points.length];
      const turn = Math.abs(Math.atan2(Math.sin(to.beta - from.beta), Math.cos(to.beta - from.beta)));
      const bendSquared = grip * BEND_POINTS * TRACK_STEP / Math.max(turn, 1e-6);
      allowed = Math.min(allowed, Math.sqrt(bendSquared + 2 * braking * k * TRACK_STEP));
    }
    return allowed;
  }

  /** The lane to make for: its own, or the one beside what is slower there. */
  #chooseLane(ahead: readonly Obstacle[], speed: number): number {
    if (!this.skill.passes) return this.#home;
    const room = (lane: number) => {
      const taken = ahead.filter((one) =>
        Math.abs(one.offset - lane) < LANE_WIDTH && one.speed < Math.max(speed, 5)
      );
      return Math.min(Infinity, ...taken.map(({ distance }) => distance));
    };
    let best = this.#home;
    for (const lane of [this.#lane, -OUTER_LANE, OUTER_LANE]) if (room(lane) > room(best)) best = lane;
    return best;
  }

  /** The fastest speed from which it can still slow down behind the cars that are in its way, u/s. */
  #trafficSpeed(ahead: readonly Obstacle[], racer: Racer): number {
    let allowed = Infinity;
    for (const { car, distance, offset, speed } of ahead) {
      if (!car || Math.abs(offset - racer.offset) > LANE_WIDTH - 0.4) continue;
      const room = Math.max(0, distance - CAR_DISTANCE);
      allowed = Math.min(allowed, Math.sqrt(speed * speed + this.skill.braking * room));
    }
    return allowed;
  }
}

/** A car or a standing cone ahead on the road. */
interface Obstacle {
  /** Whether it is a car. */
  car: boolean;
  /** Along the road, u. */
  distance: number;
  /** To the right of the road's middle, u. */
  offset: number;
  /** u/s. */
  speed: number;
}

function obstaclesAhead(race: Race, racer: Racer, speed: number): Obstacle[] {
  const sight = TRAFFIC_DISTANCE + TRAFFIC_TIME * speed;
  const ahead: Obstacle[] = [];
  for (const other of race.racers) {
    const distance = racer.distanceTo(other.at);
    if (other === racer || !other.present || distance > sight) continue;
    if (Math.abs(other.offset) < LOST) {
      ahead.push({ car: true, distance, offset: other.offset, speed: other.speed });
    }
  }
  for (const { x, y, fallen } of race.cones) {
    if (fallen) continue;
    const { hull } = racer.car;
    if (Math.hypot(x - hull.x, y - hull.y) > sight) continue;
    for (let k = 0; k * TRACK_STEP < sight; k++) {
      const { x: px, y: py, beta } = race.track.points[(racer.at + k) % race.track.points.length];
      if (Math.hypot(x - px, y - py) > TRACK_WIDTH) continue;
      const along = -Math.sin(beta) * (x - px) + Math.cos(beta) * (y - py);
      if (Math.abs(along) > TRACK_STEP / 2) continue;
      const offset = Math.cos(beta) * (x - px) + Math.sin(beta) * (y - py);
      ahead.push({ car: false, distance: k * TRACK_STEP, offset, speed: 0 });
      break;
    }
  }
  return ahead;
}
