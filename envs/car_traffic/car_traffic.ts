import { RandomStream, type RandomStreamState } from "../../core/random_stream.ts";
import { actionSpace, controlsOf } from "../car_racing/actions.ts";
import { CAR_RACING_SIZES } from "../car_racing/sizes.ts";
import type { CarRacingView, Track } from "../car_racing/state.ts";
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
import { EpisodeGuard } from "../episode_guard.ts";
import { EPISODE_STATUS, type EpisodeStatus, readEnvState, restoreWholly } from "../env_state.ts";
import { expectPictureState, expectStateTarget, expectTarget } from "../expect_array.ts";
import { NumpyRandom, type NumpyRandomState } from "../random/numpy_random.ts";
import { readReset } from "../read_options.ts";
import { readRenderOptions } from "../read_render_options.ts";
import { Box, type Space } from "../spaces.ts";
import { type CarTrafficOptions, completeTrafficOptions } from "./car_traffic_options.ts";
import type { Race } from "./race.ts";
import { seatStateSize } from "./seat.ts";
import { TrafficEpisode, type TrafficEpisodeState } from "./traffic_episode.ts";

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

/** What {@link CarTraffic.getState} returns. */
interface CarTrafficState {
  status: EpisodeStatus;
  random: NumpyRandomState;
  traffic: RandomStreamState;
  total: number;
  paid: number;
  /** Nothing before the first reset. */
  episode: null | TrafficEpisodeState;
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
  #episode: TrafficEpisode | undefined;
  /** All rewards so far, the way Gymnasium adds them up; what the last step had seen of it. */
  #total = 0;
  #paid = 0;
  readonly #guard = new EpisodeGuard(this.id);

  /**
   * Builds an environment that waits for its first reset.
   *
   * @throws RangeError when an option is not in its range.
   */
  constructor(options: CarTrafficOptions = {}) {
    this.#options = completeTrafficOptions(this.id, options);
    const { continuous, cars, cones, frameSize } = this.#options;
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

  reset(given?: ResetOptions): ResetResult {
    this.#guard.expectOpen("reset");
    const { seed } = readReset(this.id, given, {});
    if (seed !== undefined) {
      this.#random = new NumpyRandom(seed);
      this.#traffic = trafficStream(seed);
    }
    const episode = new TrafficEpisode(this.#random, this.#traffic.uint32(), this.#options);
    this.#episode = episode;
    episode.place();
    this.#total = this.#paid = 0;
    this.#guard.begin();
    // Gymnasium's reset lets one step pass: the wheels find their places and the first two tiles are collected.
    episode.race.simulate();
    this.#collect(episode);
    return { observation: this.observe(), info: this.#info(episode, false, false) };
  }

  step(action: ArrayLike<number>): StepResult {
    const { reward, terminated, truncated, info } = this.advance(action);
    return { observation: this.observe(), reward, terminated, truncated, info };
  }

  advance(action: ArrayLike<number>): Transition {
    this.#guard.expectRunning();
    const episode = this.#present("step");
    episode.step(controlsOf(this.id, this.actionSpace, action));
    this.#collect(episode);
    const { race } = episode;
    const [own] = race.racers;
    this.#total -= 0.1;
    if (own.impact > 0) this.#total -= this.#options.collisionCost * own.impact;
    const reward = this.#total - this.#paid;
    this.#paid = this.#total;

    const outside = race.isOutside(own);
    const crashed = own.impact > this.#options.crashSpeed;
    const lapFinished = !outside && this.#lapFinished(race);
    const terminated = outside || crashed || lapFinished;
    if (terminated) this.#guard.end();
    const info = this.#info(episode, lapFinished, crashed);
    return { reward: outside ? -100 : reward, terminated, truncated: false, info };
  }

  observe(target: Uint8Array = this.#blank()): Uint8Array {
    const { seat } = this.#present("observe");
    expectTarget("observe", this.id, this.observationSpace, target);
    seat.observe(target);
    return target;
  }

  render(options?: RenderOptions): Picture {
    const { seat } = this.#present("render");
    return seat.render(readRenderOptions(this.id, options, CAR_RACING_SIZES));
  }

  saveState(target: Float64Array = new Float64Array(this.stateSize)): Float64Array {
    const { seat } = this.#present("save the state of");
    expectStateTarget(this.id, target, this.stateSize);
    seat.saveState(target);
    return target;
  }

  redraw(state: Float64Array, target: Uint8Array = this.#blank()): Uint8Array {
    const { seat } = this.#present("redraw");
    expectPictureState(this.id, state, this.stateSize);
    expectTarget("redraw", this.id, this.observationSpace, target);
    seat.redraw(state, target);
    return target;
  }

  getState(): EnvState {
    const episode = this.#episode;
    const state: CarTrafficState = {
      status: this.#guard.status,
      random: this.#random.state(),
      traffic: this.#traffic.state(),
      total: this.#total,
      paid: this.#paid,
      episode: episode?.save() ?? null,
    };
    return { ...state };
  }

  setState(state: EnvState): void {
    this.#guard.expectOpen("restore");
    restoreWholly(state, this.getState(), (state) => this.#restore(state));
  }

  #restore(state: EnvState): void {
    const { status, random, traffic, total, paid, episode } = readEnvState<CarTrafficState>(this.id, state, {
      status: EPISODE_STATUS,
      random: "object",
      traffic: "object",
      total: "number",
      paid: "number",
      episode: "object",
    });
    this.#episode = episode
      ? TrafficEpisode.restore(this.id, episode, this.#options, this.#episode)
      : undefined;
    this.#random = NumpyRandom.fromState(random);
    this.#traffic = RandomStream.fromState(traffic);
    [this.#total, this.#paid] = [total, paid];
    this.#guard.restore(status);
  }

  close(): void {
    this.#episode = undefined;
    this.#guard.close();
  }

  #blank(): Uint8Array {
    return new Uint8Array(3 * this.#options.frameSize ** 2);
  }

  #present(what: string): TrafficEpisode {
    if (this.#episode) return this.#episode;
    return this.#guard.refuse(what);
  }

  /** Adds the tiles of a step to the total, and shows it. */
  #collect({ race, seat }: TrafficEpisode): void {
    // One by one, as Gymnasium adds them up.
    for (const _ of seat.car.found) this.#total += 1000 / race.track.points.length;
    seat.refresh(this.#total);
  }

  #lapFinished(race: Race): boolean {
    const [own] = race.racers;
    return own.tiles.collectedCount === race.track.points.length ||
      race.hasLapped(own, this.#options.lapCompletePercent);
  }

  #info({ seat: { car: own } }: TrafficEpisode, lapFinished: boolean, crashed: boolean): CarTrafficInfo {
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
