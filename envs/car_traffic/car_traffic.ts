import { RandomStream, type RandomStreamState } from "../../core/random_stream.ts";
import { DEFAULT_COLORS } from "../car_racing/colors.ts";
import type { CarRacingView, Track } from "../car_racing/state.ts";
import { generateTrack } from "../car_racing/track.ts";
import type {
  EnvState,
  Picture,
  RedrawableEnv,
  RenderOptions,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { NumpyRandom, type NumpyRandomState } from "../random/numpy_random.ts";
import { Box, type Space } from "../spaces.ts";
import { actionSpace, controlsOf } from "../car_racing/actions.ts";
import { checkRaceOptions } from "./check_race_options.ts";
import type { Barriers } from "./rails.ts";
import { Race, type RaceState } from "./race.ts";
import { ScriptedDriver } from "./scripted_driver.ts";
import { Seat, seatStateSize } from "./seat.ts";
import { checkSkill, SKILL_NAMES, type SkillName, SKILLS } from "./skills.ts";

/** Options of {@link CarTraffic}. */
export interface CarTrafficOptions {
  /** How many scripted cars share the track, 0 .. 20. Default 6. */
  cars?: number;
  /** How well they drive; `"mixed"` draws a skill for each. Default "mixed". */
  drivers?: SkillName | "mixed";
  /** Where guard rails stand. Default "bends". */
  barriers?: Barriers;
  /** How many cones stand in rows on the road, 0 .. 100. Default 12. */
  cones?: number;
  /** Reward that is lost for each u/s by which a collision changes the own car's velocity, >= 0. Default 0.2. */
  collisionCost?: number;
  /** A collision that changes the velocity by more than this ends the episode, u/s. Default Infinity: none does. */
  crashSpeed?: number;
  /** Actions are `[steer, gas, brake]`; otherwise one of five integers. Default true. */
  continuous?: boolean;
  /** Side of observed pictures, pixels: drawn at that size, not shrunk. Default 96. */
  frameSize?: 96 | 64;
  /** Share of the tiles above which a lap counts, 0 .. 1. Default 0.95. */
  lapCompletePercent?: number;
}

/** What {@link CarTraffic} adds to every step. */
export interface CarTrafficInfo extends Record<string, unknown> {
  /** Wheels that touch a tile, 0 .. 4. */
  wheelsOnTrack: number;
  /** Tiles collected since the reset. */
  tilesVisited: number;
  /** Whether the episode ended because the lap is finished. */
  lapFinished: boolean;
  /** Whether it ended because of a collision above `crashSpeed`. */
  crashed: boolean;
  /** How much this step's collisions changed the own car's velocity, u/s. */
  impact: number;
  /** Collisions with other cars that have begun since the reset. */
  carCollisions: number;
  /** Likewise with guard rails. */
  railCollisions: number;
  /** Likewise with cones. */
  coneCollisions: number;
}

/** Points around the start where no other car stands. */
const START_POINTS = 8;
/** How far from its even place around the track another car starts at most, points, and beside the middle, u. */
const PLACE_SPREAD = 2;
const LANE_SPREAD = 2;

/** What an episode is made of. */
interface Episode {
  /** The generator's state that the track was drawn from, and the seed of all else: the episode's short form. */
  origin: NumpyRandomState;
  trafficSeed: number;
  race: Race;
  seat: Seat;
  drivers: ScriptedDriver[];
}

/** What {@link CarTraffic.getState} returns. */
interface CarTrafficState {
  status: "new" | "running" | "over";
  random: NumpyRandomState;
  traffic: RandomStreamState;
  total: number;
  paid: number;
  /** Nothing before the first reset. */
  episode: null | {
    origin: NumpyRandomState;
    trafficSeed: number;
    score: number;
    race: RaceState;
    drivers: EnvState[];
  };
}

/**
 * CarRacing among other cars: scripted drivers on the same track, guard rails along its bends and rows of cones, all of
 * which can be run into. Observations are CarRacing's `[S, S, 3]` pictures with all that on them, 96 pixels or `frameSize`.
 *
 * - Track, car, actions: those of CarRacing-v3 for the same seed. Without cars, cones and rails, every picture and reward
 *   is CarRacing's, to the bit, until a lap is finished.
 * - Rewards: `1000 / n` for each of the `n` tiles that a wheel touches first, -0.1 a step, `-collisionCost` for each u/s
 *   that a collision changes the own car's velocity by, -100 for the step that leaves the field.
 * - Ends when all tiles are collected, or the start is crossed with more than `lapCompletePercent` of them (unlike
 *   CarRacing-v3, where that rule never applies), outside the field, and after a collision above `crashSpeed`. It has no
 *   time limit of its own; `make` adds 1,000 steps.
 * - Scripted cars that are stuck for two seconds, or have lost the road, are put back on it. The agent's car is not.
 *
 * An environment that was never seeded begins as with seed 0.
 */
export class CarTraffic implements RedrawableEnv {
  readonly id: string = "CarTraffic-v0";
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  readonly stateSize: number;
  readonly #options: Required<CarTrafficOptions>;
  #random = new NumpyRandom(0);
  #traffic = trafficStream(0);
  #episode: Episode | undefined;
  /** All rewards so far, the way Gymnasium adds them up; what the last step had seen of it. */
  #total = 0;
  #paid = 0;
  #status: "new" | "running" | "over" | "closed" = "new";

  /**
   * Builds an environment that waits for its first reset.
   *
   * @throws RangeError when an option is not in its range.
   */
  constructor(options: CarTrafficOptions = {}) {
    this.#options = {
      cars: 6,
      drivers: "mixed",
      barriers: "bends",
      cones: 12,
      collisionCost: 0.2,
      crashSpeed: Infinity,
      continuous: true,
      frameSize: 96,
      lapCompletePercent: 0.95,
      ...options,
    };
    checkRaceOptions(this.id, this.#options, { fewestCars: 0, mostCars: 20 });
    const { drivers, crashSpeed, continuous, cars, cones, frameSize } = this.#options;
    checkSkill(this.id, drivers);
    if (!(crashSpeed >= 0)) {
      throw new RangeError(`Cannot make ${this.id}: expected crashSpeed >= 0, got ${crashSpeed}`);
    }
    this.observationSpace = new Box(0, 255, { shape: [frameSize, frameSize, 3], dtype: "uint8" });
    this.actionSpace = actionSpace(continuous);
    this.stateSize = seatStateSize(cars + 1, cones);
  }

  /** The track of the present episode. */
  get track(): Track {
    return this.#present("read the track of").race.track;
  }

  /** What the present picture shows of the own car and the road, alive: it changes with the next step. */
  get view(): CarRacingView {
    return this.#present("view").seat.view;
  }

  /** All cars, rails and cones of the present episode, alive; car 0 is the agent's. */
  get race(): Race {
    return this.#present("view").race;
  }

  reset({ seed }: ResetOptions = {}): ResetResult {
    if (this.#status === "closed") this.#present("reset");
    if (seed !== undefined) {
      this.#random = new NumpyRandom(seed);
      this.#traffic = trafficStream(seed);
    }
    const episode = this.#episode = this.#begin(this.#random, this.#traffic.uint32());
    this.#place(episode);
    this.#total = this.#paid = 0;
    this.#status = "running";
    // Gymnasium's reset lets one step pass: the wheels find their places and the first two tiles are collected.
    this.#simulate(episode);
    return { observation: this.observe(), info: this.#info(episode, false, false) };
  }

  step(action: ArrayLike<number>): StepResult {
    const { reward, terminated, truncated, info } = this.advance(action);
    return { observation: this.observe(), reward, terminated, truncated, info };
  }

  advance(action: ArrayLike<number>): Transition {
    const episode = this.#present("step");
    if (this.#status === "over") {
      throw new TypeError(
        `Cannot step ${this.id}: expected a reset, got a step after the end of the episode`,
      );
    }
    const { race, drivers } = episode;
    const [own, ...others] = race.racers;
    const controls = controlsOf(this.id, this.actionSpace, action);
    // All of them act on what they saw after the last step.
    const scripted = others.map((racer, i) => drivers[i].act(race, racer));
    own.car.control(-controls[0], controls[1], controls[2]);
    others.forEach(({ car }, i) => car.control(-scripted[i][0], scripted[i][1], scripted[i][2]));
    this.#simulate(episode);
    others.forEach((racer, i) => {
      if (!drivers[i].stuck && !race.isOutside(racer)) return;
      if (race.rescue(racer)) drivers[i].settle();
    });
    this.#total -= 0.1;
    if (own.impact > 0) this.#total -= this.#options.collisionCost * own.impact;
    const reward = this.#total - this.#paid;
    this.#paid = this.#total;

    const outside = race.isOutside(own);
    const crashed = own.impact > this.#options.crashSpeed;
    const lapFinished = !outside && this.#lapFinished(race);
    const terminated = outside || crashed || lapFinished;
    if (terminated) this.#status = "over";
    const info = this.#info(episode, lapFinished, crashed);
    return { reward: outside ? -100 : reward, terminated, truncated: false, info };
  }

  observe(target: Uint8Array = this.#blank()): Uint8Array {
    this.#present("observe").seat.observe(target);
    return target;
  }

  render(options?: RenderOptions): Picture {
    return this.#present("render").seat.render(options);
  }

  saveState(target: Float64Array = new Float64Array(this.stateSize)): Float64Array {
    this.#present("save the state of").seat.saveState(target);
    return target;
  }

  redraw(state: Float64Array, target: Uint8Array = this.#blank()): Uint8Array {
    const { seat } = this.#present("redraw");
    if (state.length !== this.stateSize) {
      throw new TypeError(
        `Cannot redraw ${this.id}: expected ${this.stateSize} numbers, got ${state.length}`,
      );
    }
    seat.redraw(state, target);
    return target;
  }

  getState(): EnvState {
    if (this.#status === "closed") this.#present("save");
    const episode = this.#episode;
    const state: CarTrafficState = {
      status: this.#status as CarTrafficState["status"],
      random: this.#random.state(),
      traffic: this.#traffic.state(),
      total: this.#total,
      paid: this.#paid,
      episode: episode
        ? {
          origin: { ...episode.origin },
          trafficSeed: episode.trafficSeed,
          score: episode.seat.view.score,
          race: episode.race.save(),
          drivers: episode.drivers.map((driver) => driver.save()),
        }
        : null,
    };
    return { ...state };
  }

  setState(state: EnvState): void {
    if (this.#status === "closed") this.#present("restore");
    const { status, random, traffic, total, paid, episode } = readEnvState<CarTrafficState>(this.id, state, {
      status: "string",
      random: "object",
      traffic: "object",
      total: "number",
      paid: "number",
      episode: "object",
    });
    this.#episode = episode ? this.#return(episode) : undefined;
    this.#random = NumpyRandom.fromState(random);
    this.#traffic = RandomStream.fromState(traffic);
    [this.#status, this.#total, this.#paid] = [status, total, paid];
  }

  close(): void {
    this.#episode = undefined;
    this.#status = "closed";
  }

  /** An episode on the track that the generator draws next; cars and cones are still to be placed. */
  #begin(random: NumpyRandom, trafficSeed: number): Episode {
    const { cars, barriers, cones, drivers, frameSize } = this.#options;
    const origin = random.state();
    const race = new Race(generateTrack(random), { cars: cars + 1, barriers, cones });
    const stream = new RandomStream(trafficSeed);
    const skills = stream.fork("skills");
    return {
      origin,
      trafficSeed,
      race,
      seat: new Seat(race, race.racers[0], { colors: DEFAULT_COLORS, frameSize }),
      drivers: Array.from({ length: cars }, (_, i) => {
        const name = drivers === "mixed" ? SKILL_NAMES[skills.integer(0, SKILL_NAMES.length)] : drivers;
        return new ScriptedDriver(SKILLS[name], stream.fork(`driver ${i}`));
      }),
    };
  }

  /** The agent's car on the start line, the others spread around the track. */
  #place({ race, trafficSeed }: Episode): void {
    const [own, ...others] = race.racers;
    const { points } = race.track;
    const random = new RandomStream(trafficSeed).fork("places");
    const { x, y, beta } = points[0];
    own.car.place({ x, y, angle: beta });
    others.forEach((racer, i) => {
      const even = points.length * (i + 1) / (others.length + 1);
      const point = Math.round(even + random.uniform(-PLACE_SPREAD, PLACE_SPREAD));
      const place = Math.min(points.length - START_POINTS, Math.max(START_POINTS, point));
      racer.park(place, random.uniform(-LANE_SPREAD, LANE_SPREAD));
    });
    race.placeCones(new RandomStream(trafficSeed).fork("cones"));
  }

  /** Goes back into a saved episode. */
  #return(saved: NonNullable<CarTrafficState["episode"]>): Episode {
    const { origin, trafficSeed, score, race, drivers } = readEnvState<
      NonNullable<CarTrafficState["episode"]>
    >(
      this.id,
      saved,
      {
        origin: "object",
        trafficSeed: "number",
        score: "number",
        race: "object",
        drivers: this.#options.cars,
      },
    );
    const episode = this.#begin(NumpyRandom.fromState(origin), trafficSeed);
    episode.race.restore(this.id, race);
    episode.drivers.forEach((driver, i) => driver.restore(this.id, drivers[i]));
    episode.seat.refresh(score);
    return episode;
  }

  #blank(): Uint8Array {
    return new Uint8Array(3 * this.#options.frameSize ** 2);
  }

  #present(what: string): Episode {
    if (this.#episode) return this.#episode;
    const got = this.#status === "closed" ? "one that is closed" : "one before its first reset";
    throw new TypeError(`Cannot ${what} ${this.id}: expected a running environment, got ${got}`);
  }

  #simulate({ race, seat }: Episode): void {
    race.simulate();
    // One by one, as Gymnasium adds them up.
    for (const _ of seat.car.found) this.#total += 1000 / race.track.points.length;
    seat.refresh(this.#total);
  }

  #lapFinished(race: Race): boolean {
    const [own] = race.racers;
    return own.tiles.collectedCount === race.track.points.length ||
      race.hasLapped(own, this.#options.lapCompletePercent);
  }

  #info({ seat: { car: own } }: Episode, lapFinished: boolean, crashed: boolean): CarTrafficInfo {
    return {
      wheelsOnTrack: own.car.wheels.filter(({ tiles }) => tiles > 0).length,
      tilesVisited: own.tiles.collectedCount,
      lapFinished,
      crashed,
      impact: own.impact,
      carCollisions: own.collisions.cars,
      railCollisions: own.collisions.rails,
      coneCollisions: own.collisions.cones,
    };
  }
}

function trafficStream(seed: number): RandomStream {
  return new RandomStream(seed).fork("traffic");
}
