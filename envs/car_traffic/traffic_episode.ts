import { RandomStream } from "../../core/random_stream.ts";
import { DEFAULT_COLORS } from "../car_racing/colors.ts";
import { generateTrack } from "../car_racing/track.ts";
import { deepEqual } from "../checks/deep_equal.ts";
import type { EnvState } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { NumpyRandom, type NumpyRandomState } from "../random/numpy_random.ts";
import type { CarTrafficOptions } from "./car_traffic_options.ts";
import { Race, type RaceState } from "./race.ts";
import { ScriptedDriver } from "./scripted_driver.ts";
import { Seat } from "./seat.ts";
import { SKILL_NAMES, SKILLS } from "./skills.ts";

/** Points around the start where no other car stands. */
const START_POINTS = 8;
/** How far from its even place around the track another car starts at most, points, and beside the middle, u. */
const PLACE_SPREAD = 2;
const LANE_SPREAD = 2;

/** What {@link TrafficEpisode.save} returns. */
export interface TrafficEpisodeState {
  /** The generator's state that the track was drawn from, and the seed of all else: an episode's short form. */
  origin: NumpyRandomState;
  trafficSeed: number;
  /** The number that the picture shows. */
  score: number;
  race: RaceState;
  drivers: EnvState[];
}

/** What an episode of CarTraffic is made of: the agent's car, those of scripted drivers, and what they drive among. */
export class TrafficEpisode {
  /** All cars, rails and cones; car 0 is the agent's. */
  readonly race: Race;
  /** What the agent sees. */
  readonly seat: Seat;
  readonly #origin: NumpyRandomState;
  readonly #trafficSeed: number;
  readonly #drivers: readonly ScriptedDriver[];

  /**
   * An episode on the track that the generator draws next; cars and cones are still to be placed.
   *
   * @param trafficSeed The seed of all but the track.
   */
  constructor(random: NumpyRandom, trafficSeed: number, options: Required<CarTrafficOptions>) {
    const { cars, barriers, cones, drivers, frameSize } = options;
    this.#origin = random.state();
    this.#trafficSeed = trafficSeed;
    this.race = new Race(generateTrack(random), { cars: cars + 1, barriers, cones });
    this.seat = new Seat(this.race, this.race.racers[0], { colors: DEFAULT_COLORS, frameSize });
    const stream = new RandomStream(trafficSeed);
    const skills = stream.fork("skills");
    this.#drivers = Array.from({ length: cars }, (_, i) => {
      const name = drivers === "mixed" ? SKILL_NAMES[skills.integer(0, SKILL_NAMES.length)] : drivers;
      return new ScriptedDriver(SKILLS[name], stream.fork(`driver ${i}`));
    });
  }

  /** Puts the agent's car on the start line, spreads the others around the track, and puts up the cones. */
  place(): void {
    const { race } = this;
    const [own, ...others] = race.racers;
    const { points } = race.track;
    const random = new RandomStream(this.#trafficSeed);
    const places = random.fork("places");
    const { x, y, beta } = points[0];
    own.car.place({ x, y, angle: beta });
    others.forEach((racer, i) => {
      const even = points.length * (i + 1) / (others.length + 1);
      const point = Math.round(even + places.uniform(-PLACE_SPREAD, PLACE_SPREAD));
      const place = Math.min(points.length - START_POINTS, Math.max(START_POINTS, point));
      racer.park(place, places.uniform(-LANE_SPREAD, LANE_SPREAD));
    });
    race.placeCones(random.fork("cones"));
  }

  /** One step, with the agent's `[steer, gas, brake]`; all act on what they saw after the last step. */
  step(controls: ArrayLike<number>): void {
    const { race } = this;
    const [own, ...others] = race.racers;
    const scripted = others.map((racer, i) => this.#drivers[i].act(race, racer));
    own.car.control(-controls[0], controls[1], controls[2]);
    others.forEach(({ car }, i) => car.control(-scripted[i][0], scripted[i][1], scripted[i][2]));
    race.simulate();
    others.forEach((racer, i) => {
      if (!this.#drivers[i].stuck && !race.isOutside(racer)) return;
      if (race.rescue(racer)) this.#drivers[i].settle();
    });
  }

  /** All that its future depends on, the options apart. */
  save(): TrafficEpisodeState {
    return {
      origin: { ...this.#origin },
      trafficSeed: this.#trafficSeed,
      score: this.seat.view.score,
      race: this.race.save(),
      drivers: this.#drivers.map((driver) => driver.save()),
    };
  }

  /**
   * The episode of a state.
   *
   * @param id The environment's id, for the error.
   * @param present An episode that may be the same one: its track and painters are then kept, as searches set states of
   * one track over and over.
   * @throws TypeError when the state is another environment's.
   */
  static restore(
    id: string,
    saved: TrafficEpisodeState,
    options: Required<CarTrafficOptions>,
    present?: TrafficEpisode,
  ): TrafficEpisode {
    const { origin, trafficSeed, score, race, drivers } = readEnvState<TrafficEpisodeState>(
      id,
      { ...saved },
      {
        origin: "object",
        trafficSeed: "number",
        score: "number",
        race: "object",
        drivers: options.cars,
      },
    );
    const kept = present && present.#trafficSeed === trafficSeed &&
      deepEqual(present.#origin, origin);
    const episode = kept ? present : new TrafficEpisode(NumpyRandom.fromState(origin), trafficSeed, options);
    episode.race.restore(id, race);
    episode.#drivers.forEach((driver, i) => driver.restore(id, drivers[i]));
    episode.seat.refresh(score);
    return episode;
  }
}
