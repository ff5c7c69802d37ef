import { RandomStream, type RandomStreamState } from "../../core/random_stream.ts";
import { DEFAULT_COLORS } from "../car_racing/colors.ts";
import { CAR_RACING_SIZES } from "../car_racing/sizes.ts";
import { generateTrack } from "../car_racing/track.ts";
import type { EnvState, Picture, RenderOptions, ResetOptions } from "../env.ts";
import { EpisodeGuard } from "../episode_guard.ts";
import { EPISODE_STATUS, type EpisodeStatus, readEnvState } from "../env_state.ts";
import { expectTarget } from "../expect_array.ts";
import type {
  ByAgent,
  ParallelEnv,
  ParallelResetResult,
  ParallelStepResult,
  ParallelTransition,
} from "../parallel_env.ts";
import { NumpyRandom, type NumpyRandomState } from "../random/numpy_random.ts";
import { expectPlain, readReset } from "../read_options.ts";
import { readRenderOptions } from "../read_render_options.ts";
import { Box, type Space } from "../spaces.ts";
import { actionSpace, controlsOf } from "../car_racing/actions.ts";
import { type CarRaceOptions, completeRaceOptions } from "./car_race_options.ts";
import { Race, type RaceState } from "./race.ts";
import type { Racer } from "./racer.ts";
import { Seat } from "./seat.ts";

/** What {@link CarRace} adds to every step of an agent. */
export interface CarRaceInfo extends Record<string, unknown> {
  /** Tiles collected since the start. */
  tilesVisited: number;
  /** Whether this step finished the lap. */
  lapFinished: boolean;
  /** The place in the race, 1 for the first: by finishing, then by tiles. */
  place: number;
  /** How much this step's collisions changed the car's velocity, u/s. */
  impact: number;
  /** Collisions with other cars that have begun since the start. */
  carCollisions: number;
  /** Likewise with guard rails. */
  railCollisions: number;
  /** Likewise with cones. */
  coneCollisions: number;
}

/** What an episode is made of. */
interface Episode {
  /** The generator's state that the track was drawn from, and the seed of all else: the episode's short form. */
  origin: NumpyRandomState;
  raceSeed: number;
  race: Race;
  seats: Seat[];
}

/** What {@link CarRace.getState} returns. */
interface CarRaceState {
  status: EpisodeStatus;
  random: NumpyRandomState;
  starts: RandomStreamState;
  agents: string[];
  steps: number;
  /** `[cars]`, the rewards so far. */
  totals: Float64Array;
  /** The agents that have finished, the first first. */
  finished: string[];
  /** Nothing before the first reset. */
  episode: null | { origin: NumpyRandomState; raceSeed: number; race: RaceState };
}

/**
 * A race of several cars over one lap, for self-play: each agent drives a car of its own, `car_0`, `car_1`, ..., and sees
 * CarRacing's `[S, S, 3]` picture from it, 96 pixels or `frameSize`, its own car red and the others in their colours.
 *
 * - The grid: two by two behind the start line, in an order that is drawn anew for each episode.
 * - Rewards, as in Multi-Car Racing (Schwarting et al., "Deep Latent Competition", 2021): for each of the track's `n`
 *   tiles that a car touches first, `1000 / n` times the share of the cars that had not been there before; -0.1 a step;
 *   and `-collisionCost` for each u/s that a collision changes the car's velocity by. -100 for the step that leaves the
 *   field.
 * - An agent's episode ends when it comes back over the start line with more than `lapCompletePercent` of the tiles, and
 *   outside the field; its car is then taken off the track. After `maxEpisodeSteps` it is truncated for all.
 *
 * An environment that was never seeded begins as with seed 0.
 */
export class CarRace implements ParallelEnv {
  readonly id: string = "CarRace-v0";
  readonly possibleAgents: readonly string[];
  readonly #observationSpace: Space;
  readonly #actionSpace: Space;
  readonly #options: Required<CarRaceOptions>;
  #random = new NumpyRandom(0);
  #starts = startStream(0);
  #episode: Episode | undefined;
  #agents: string[] = [];
  #finished: string[] = [];
  #steps = 0;
  readonly #totals: Float64Array;
  readonly #guard = new EpisodeGuard(this.id);

  /**
   * Builds an environment that waits for its first reset.
   *
   * @throws RangeError when an option is not in its range.
   */
  constructor(options: CarRaceOptions = {}) {
    this.#options = completeRaceOptions(this.id, options);
    const { cars, continuous, frameSize } = this.#options;
    this.possibleAgents = Array.from({ length: cars }, (_, i) => `car_${i}`);
    this.#observationSpace = new Box(0, 255, { shape: [frameSize, frameSize, 3], dtype: "uint8" });
    this.#actionSpace = actionSpace(continuous);
    this.#totals = new Float64Array(cars);
  }

  get agents(): readonly string[] {
    return [...this.#agents];
  }

  /** All cars, rails and cones of the present episode, alive, the cars in the order of `possibleAgents`. */
  get race(): Race {
    return this.#present("view").race;
  }

  observationSpace(agent: string): Space {
    this.#indexOf(agent);
    return this.#observationSpace;
  }

  actionSpace(agent: string): Space {
    this.#indexOf(agent);
    return this.#actionSpace;
  }

  reset(given?: ResetOptions): ParallelResetResult {
    this.#guard.expectOpen("reset");
    const { seed } = readReset(this.id, given, {});
    if (seed !== undefined) {
      this.#random = new NumpyRandom(seed);
      this.#starts = startStream(seed);
    }
    const episode = this.#episode = this.#begin(this.#random, this.#starts.uint32());
    const random = new RandomStream(episode.raceSeed);
    episode.race.placeGrid(random.fork("grid"));
    episode.race.placeCones(random.fork("cones"));
    this.#agents = [...this.possibleAgents];
    this.#finished = [];
    this.#steps = 0;
    this.#totals.fill(0);
    this.#guard.begin();
    // As in CarRacing one step passes at the start, which finds the tiles that the cars stand on.
    episode.race.simulate();
    this.#refresh(episode);
    return {
      observations: this.#forEach(this.#agents, (agent) => this.observe(agent)),
      infos: this.#forEach(this.#agents, (agent) => this.#info(episode, agent)),
    };
  }

  step(actions: ByAgent<ArrayLike<number>>): ParallelStepResult {
    const transition = this.advance(actions);
    const observations = this.#forEach(Object.keys(transition.rewards), (agent) => this.observe(agent));
    return { observations, ...transition };
  }

  advance(actions: ByAgent<ArrayLike<number>>): ParallelTransition {
    this.#guard.expectRunning();
    const episode = this.#present("step");
    const { race } = episode;
    const acting = this.#agents;
    const controls = this.#controls(actions);
    acting.forEach((agent, i) => {
      const [steer, gas, brake] = Array.from(controls[i]);
      this.#racer(episode, agent).car.control(-steer, gas, brake);
    });
    race.simulate();
    this.#steps++;
    const rewards = this.#forEach(acting, (agent) => this.#reward(race, this.#racer(episode, agent)));
    for (const agent of acting) this.#totals[this.#indexOf(agent)] += rewards[agent];
    const terminations = this.#forEach(
      acting,
      (agent) => this.#ends(race, this.#racer(episode, agent), agent),
    );
    const truncated = this.#steps >= this.#options.maxEpisodeSteps;
    const truncations = this.#forEach(acting, (agent) => truncated && !terminations[agent]);
    this.#refresh(episode);
    const infos = this.#forEach(acting, (agent) => this.#info(episode, agent));
    this.#agents = acting.filter((agent) => !terminations[agent] && !truncated);
    if (this.#agents.length === 0) this.#guard.end();
    return { rewards, terminations, truncations, infos };
  }

  observe(agent: string, target: Uint8Array = new Uint8Array(3 * this.#options.frameSize ** 2)): Uint8Array {
    const seat = this.#present("observe").seats[this.#indexOf(agent)];
    expectTarget("observe", this.id, this.#observationSpace, target);
    seat.observe(target);
    return target;
  }

  render(options: RenderOptions & { agent?: string } = {}): Picture {
    const { seats } = this.#present("render");
    const { agent = this.#agents[0] ?? this.possibleAgents[0], ...others } = expectPlain(
      `render ${this.id}`,
      "options",
      options,
    );
    return seats[this.#indexOf(agent)].render(readRenderOptions(this.id, others, CAR_RACING_SIZES));
  }

  getState(): EnvState {
    const episode = this.#episode;
    const state: CarRaceState = {
      status: this.#guard.status,
      random: this.#random.state(),
      starts: this.#starts.state(),
      agents: [...this.#agents],
      steps: this.#steps,
      totals: this.#totals.slice(),
      finished: [...this.#finished],
      episode: episode
        ? { origin: { ...episode.origin }, raceSeed: episode.raceSeed, race: episode.race.save() }
        : null,
    };
    return { ...state };
  }

  setState(state: EnvState): void {
    this.#guard.expectOpen("restore");
    const saved = readEnvState<CarRaceState>(this.id, state, {
      status: EPISODE_STATUS,
      random: "object",
      starts: "object",
      agents: "array",
      steps: "count",
      totals: this.possibleAgents.length,
      finished: "array",
      episode: "object",
    });
    this.#episode = saved.episode ? this.#return(saved.episode) : undefined;
    this.#random = NumpyRandom.fromState(saved.random);
    this.#starts = RandomStream.fromState(saved.starts);
    this.#totals.set(saved.totals);
    [this.#agents, this.#finished] = [[...saved.agents], [...saved.finished]];
    this.#steps = saved.steps;
    this.#guard.restore(saved.status);
    if (this.#episode) this.#refresh(this.#episode);
  }

  close(): void {
    this.#episode = undefined;
    this.#agents = [];
    this.#guard.close();
  }

  /** An episode on the track that the generator draws next; cars and cones are still to be placed. */
  #begin(random: NumpyRandom, raceSeed: number): Episode {
    const origin = random.state();
    const race = new Race(generateTrack(random), this.#options);
    const seats = race.racers.map((racer) =>
      new Seat(race, racer, { colors: DEFAULT_COLORS, frameSize: this.#options.frameSize })
    );
    return { origin, raceSeed, race, seats };
  }

  /** Goes back into a saved episode. */
  #return(saved: NonNullable<CarRaceState["episode"]>): Episode {
    const { origin, raceSeed, race } = readEnvState<NonNullable<CarRaceState["episode"]>>(this.id, saved, {
      origin: "object",
      raceSeed: "number",
      race: "object",
    });
    const episode = this.#begin(NumpyRandom.fromState(origin), raceSeed);
    episode.race.restore(this.id, race);
    return episode;
  }

  /** The controls of the acting agents, in their order; all are read before any car is touched. */
  #controls(actions: ByAgent<ArrayLike<number>>): ArrayLike<number>[] {
    const given = Object.keys(actions ?? {});
    const wanted = this.#agents;
    if (given.length !== wanted.length || !wanted.every((agent) => given.includes(agent))) {
      throw new TypeError(
        `Cannot step ${this.id}: expected actions for ${wanted.join(", ")}, got ${
          given.join(", ") || "none"
        }`,
      );
    }
    return wanted.map((agent) => controlsOf(`${agent} of ${this.id}`, this.#actionSpace, actions[agent]));
  }

  #reward(race: Race, racer: Racer): number {
    if (race.isOutside(racer)) return -100;
    const { cars, collisionCost } = this.#options;
    let reward = -0.1 - collisionCost * racer.impact;
    for (const tile of racer.found) {
      // Of cars that come onto a tile in the same step none was there before the other.
      const before = race.racers.filter((other) =>
        other !== racer && other.tiles.collected[tile] === 1 && !other.found.includes(tile)
      );
      reward += 1000 / race.track.points.length * (cars - before.length) / cars;
    }
    return reward;
  }

  /** Whether an agent's episode ends; if so, its car leaves the track. */
  #ends(race: Race, racer: Racer, agent: string): boolean {
    const lapped = race.hasLapped(racer, this.#options.lapCompletePercent);
    if (lapped) this.#finished.push(agent);
    if (!lapped && !race.isOutside(racer)) return false;
    racer.present = false;
    return true;
  }

  #refresh({ seats }: Episode): void {
    seats.forEach((seat, i) => seat.refresh(this.#totals[i]));
  }

  #info({ race }: Episode, agent: string): CarRaceInfo {
    const racer = race.racers[this.#indexOf(agent)];
    const lapFinished = this.#finished.includes(agent);
    const ahead = this.possibleAgents.filter((_, i) =>
      race.racers[i].tiles.collectedCount > racer.tiles.collectedCount
    );
    return {
      tilesVisited: racer.tiles.collectedCount,
      lapFinished,
      place: 1 + (lapFinished ? this.#finished.indexOf(agent) : new Set([...this.#finished, ...ahead]).size),
      impact: racer.impact,
      carCollisions: racer.collisions.cars,
      railCollisions: racer.collisions.rails,
      coneCollisions: racer.collisions.cones,
    };
  }

  #racer({ race }: Episode, agent: string): Racer {
    return race.racers[this.#indexOf(agent)];
  }

  #forEach<T>(agents: readonly string[], value: (agent: string) => T): ByAgent<T> {
    return Object.fromEntries(agents.map((agent) => [agent, value(agent)]));
  }

  #indexOf(agent: string): number {
    const index = this.possibleAgents.indexOf(agent);
    if (index >= 0) return index;
    throw new TypeError(
      `Cannot find an agent of ${this.id}: expected one of ${this.possibleAgents.join(", ")}, got "${agent}"`,
    );
  }

  #present(what: string): Episode {
    if (this.#episode) return this.#episode;
    return this.#guard.refuse(what);
  }
}

function startStream(seed: number): RandomStream {
  return new RandomStream(seed).fork("race");
}
