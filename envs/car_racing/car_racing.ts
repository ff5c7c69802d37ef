import type {
  EnvState,
  Picture,
  RedrawableEnv,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { NumpyRandom, type NumpyRandomState } from "../random/numpy_random.ts";
import { Box, Discrete, type Space } from "../spaces.ts";
import { CAR_STATE_SIZE } from "./car.ts";
import { DEFAULT_COLORS, drawColors } from "./colors.ts";
import { PLAYFIELD, TIME_STEP } from "./constants.ts";
import { CarRacingPainter } from "./painter.ts";
import { type CarRacingRules, GYMNASIUM_RULES } from "./rules.ts";
import { blankView, readState, STATE_SIZE, writeState } from "./saved_state.ts";
import type { CarRacingColors, CarRacingView, Track } from "./state.ts";
import { Tiles, type TilesState } from "./tiles.ts";
import { generateTrack } from "./track.ts";
import { World } from "./world.ts";

/** Options of {@link CarRacing}; the names and defaults are Gymnasium's. */
export interface CarRacingOptions {
  /** Actions are `[steer, gas, brake]`; otherwise one of five integers. Default true. */
  continuous?: boolean;
  /** Every reset draws new colours. Default false. */
  domainRandomize?: boolean;
  /** Share of the tiles above which a lap counts, 0 .. 1. Default 0.95. */
  lapCompletePercent?: number;
  /** Rules that differ from Gymnasium's; default none. */
  rules?: Partial<CarRacingRules>;
}

/** What {@link CarRacing} adds to every step. */
export interface CarRacingInfo extends Record<string, unknown> {
  /** Wheels that touch a tile, 0 .. 4. */
  wheelsOnTrack: number;
  /** Tiles collected since the reset. */
  tilesVisited: number;
  /** Whether the episode ended because the lap is finished. */
  lapFinished: boolean;
}

/** Side of the observation, pixels. */
const SIZE = 96;
/** Size of the picture for people, Gymnasium's. */
const RENDER = { width: 600, height: 400 };
/** `[steer, gas, brake]` of the five discrete actions: nothing, right, left, gas, brake. */
const DISCRETE_ACTIONS = [[0, 0, 0], [0.6, 0, 0], [-0.6, 0, 0], [0, 0.2, 0], [0, 0, 0.8]];

/** What an episode is made of. */
interface Episode {
  /** The generator's state that the track was drawn from: a track's short form. */
  origin: NumpyRandomState;
  track: Track;
  tiles: Tiles;
  view: CarRacingView;
  painter: CarRacingPainter;
  /** Draws the picture for people, once somebody asked for one. */
  large?: CarRacingPainter;
  /** A view for redrawing, apart from the one that lives. */
  replay: CarRacingView;
}

/** What {@link CarRacing.getState} returns. */
interface CarRacingState {
  status: "new" | "running" | "over";
  random: NumpyRandomState;
  colors: CarRacingColors;
  total: number;
  paid: number;
  time: number;
  /** Nothing before the first reset. */
  episode: null | { origin: NumpyRandomState; car: Float64Array; tiles: TilesState; score: number };
}

const STATE_PARTS = {
  status: "string",
  random: "object",
  colors: "object",
  total: "number",
  paid: "number",
  time: "number",
  episode: "object",
} as const;
const EPISODE_PARTS = { origin: "object", car: CAR_STATE_SIZE, tiles: "object", score: "number" } as const;

/**
 * Gymnasium's CarRacing-v3: the same track, dynamics, rewards and endings for the same seed and actions, without
 * Box2D and pygame. Observations are `[96, 96, 3]` pictures.
 *
 * - Actions: `[steer -1 .. 1, gas 0 .. 1, brake 0 .. 1]`, steering right above 0; values outside are taken as they are
 *   (gas is clipped). Or, not `continuous`, `[i]`: nothing, right, left, gas, brake.
 * - Rewards: `1000 / n` for each of the `n` tiles that a wheel touches first, -0.1 a step, -100 for leaving the field.
 * - It has no time limit of its own; `make` adds 1,000 steps.
 *
 * `reset({ options: { randomize: false } })` keeps the colours where `domainRandomize` is set. An environment that was
 * never seeded begins as with seed 0.
 */
export class CarRacing implements RedrawableEnv {
  readonly id: string;
  readonly observationSpace: Space = new Box(0, 255, { shape: [SIZE, SIZE, 3], dtype: "uint8" });
  readonly actionSpace: Space;
  readonly stateSize: number = STATE_SIZE;
  readonly #continuous: boolean;
  readonly #domainRandomize: boolean;
  readonly #lapCompletePercent: number;
  readonly #rules: CarRacingRules;
  readonly #world = new World();
  readonly #car = this.#world.addCar();
  #random = new NumpyRandom(0);
  #colors: CarRacingColors;
  #episode: Episode | undefined;
  #time = 0;
  /** All rewards so far, the way Gymnasium adds them up; what the last step had seen of it. */
  #total = 0;
  #paid = 0;
  #status: "new" | "running" | "over" | "closed" = "new";

  /**
   * Builds an environment that waits for its first reset.
   *
   * @param id The id that it is registered under.
   * @throws RangeError when `lapCompletePercent` is not in 0 .. 1.
   */
  constructor(options: CarRacingOptions = {}, id = "CarRacing-v3") {
    const { continuous = true, domainRandomize = false, lapCompletePercent = 0.95, rules = {} } = options;
    if (!(lapCompletePercent >= 0 && lapCompletePercent <= 1)) {
      throw new RangeError(
        `Cannot make ${id}: expected lapCompletePercent in 0 .. 1, got ${lapCompletePercent}`,
      );
    }
    this.id = id;
    this.#continuous = continuous;
    this.#domainRandomize = domainRandomize;
    this.#lapCompletePercent = lapCompletePercent;
    this.#rules = { ...GYMNASIUM_RULES, ...rules };
    this.actionSpace = continuous ? new Box([-1, 0, 0], [1, 1, 1]) : new Discrete(5);
    this.#colors = domainRandomize ? drawColors(this.#random) : DEFAULT_COLORS;
  }

  /** The track of the present episode. */
  get track(): Track {
    return this.#present("read the track of").track;
  }

  /** All that the present picture shows, alive: it changes with the next step. */
  get view(): CarRacingView {
    return this.#present("view").view;
  }

  reset({ seed, options }: ResetOptions = {}): ResetResult {
    if (this.#status === "closed") this.#present("reset");
    if (seed !== undefined) this.#random = new NumpyRandom(seed);
    if (this.#domainRandomize && options?.randomize !== false) this.#colors = drawColors(this.#random);
    const episode = this.#episode = this.#begin(this.#random, this.#colors);
    const { x, y, beta } = episode.track.points[0];
    this.#car.place({ x, y, angle: beta });
    this.#time = this.#total = this.#paid = 0;
    this.#status = "running";
    // Gymnasium's reset lets one step pass: the wheels find their places and the first two tiles are collected.
    this.#simulate(episode);
    if (!this.#rules.payTilesAtReset) this.#paid = this.#total;
    return { observation: this.observe(), info: this.#info(episode, false) };
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
    this.#control(action);
    this.#simulate(episode);
    this.#total -= 0.1;
    let reward = this.#total - this.#paid;
    this.#paid = this.#total;

    const { hull } = this.#car;
    const outside = Math.abs(hull.x) > PLAYFIELD || Math.abs(hull.y) > PLAYFIELD;
    if (outside) reward = this.#rules.outsideReplacesReward ? -100 : reward - 100;
    const lapFinished = !outside && this.#lapFinished(episode);
    const terminated = outside || lapFinished;
    if (terminated) this.#status = "over";
    return { reward, terminated, truncated: false, info: this.#info(episode, lapFinished) };
  }

  observe(target: Uint8Array = new Uint8Array(SIZE * SIZE * 3)): Uint8Array {
    const { painter, view } = this.#present("observe");
    painter.draw(view, target);
    return target;
  }

  render(): Picture {
    const episode = this.#present("render");
    episode.large ??= new CarRacingPainter(episode.track, this.#colors, RENDER);
    const data = new Uint8Array(RENDER.width * RENDER.height * 3);
    episode.large.draw(episode.view, data);
    return { ...RENDER, data };
  }

  saveState(target: Float64Array = new Float64Array(STATE_SIZE)): Float64Array {
    writeState(this.#present("save the state of").view, target);
    return target;
  }

  redraw(state: Float64Array, target: Uint8Array = new Uint8Array(SIZE * SIZE * 3)): Uint8Array {
    const { painter, replay } = this.#present("redraw");
    if (state.length !== STATE_SIZE) {
      throw new TypeError(`Cannot redraw ${this.id}: expected ${STATE_SIZE} numbers, got ${state.length}`);
    }
    readState(state, replay);
    painter.draw(replay, target);
    return target;
  }

  getState(): EnvState {
    if (this.#status === "closed") this.#present("save");
    const episode = this.#episode;
    const state: CarRacingState = {
      status: this.#status as CarRacingState["status"],
      random: this.#random.state(),
      colors: structuredClone(this.#colors),
      total: this.#total,
      paid: this.#paid,
      time: this.#time,
      episode: episode
        ? {
          origin: { ...episode.origin },
          car: this.#car.save(),
          tiles: episode.tiles.save(),
          score: episode.view.score,
        }
        : null,
    };
    return { ...state };
  }

  setState(state: EnvState): void {
    if (this.#status === "closed") this.#present("restore");
    const { status, random, colors, total, paid, time, episode } = readEnvState<CarRacingState>(
      this.id,
      state,
      STATE_PARTS,
    );
    const generator = NumpyRandom.fromState(random);
    if (episode) this.#return(episode, colors);
    else this.#episode = undefined;
    this.#random = generator;
    this.#colors = structuredClone(colors);
    [this.#status, this.#total, this.#paid, this.#time] = [status, total, paid, time];
    if (this.#episode) this.#episode.view.time = time;
  }

  close(): void {
    this.#world.clear();
    this.#episode = undefined;
    this.#status = "closed";
  }

  /** An episode on the track that the generator draws next; the car is still to be placed. */
  #begin(random: NumpyRandom, colors: CarRacingColors): Episode {
    const origin = random.state();
    const track = generateTrack(random);
    const tiles = new Tiles(track);
    const { hull, velocity, wheels } = this.#car;
    return {
      origin,
      track,
      tiles,
      painter: new CarRacingPainter(track, colors),
      view: { ...blankView(track, colors), hull, velocity, wheels, touched: tiles.touched },
      replay: blankView(track, colors),
    };
  }

  /** Goes back into a saved episode. */
  #return(saved: NonNullable<CarRacingState["episode"]>, colors: CarRacingColors): void {
    const { origin, car, tiles, score } = saved;
    readEnvState(this.id, { ...saved }, EPISODE_PARTS);
    // Searches set states of one track over and over: its painter and its index of tiles are kept.
    const present = this.#episode;
    const kept = present && isDeepEqual(present.origin, origin) && isDeepEqual(present.view.colors, colors);
    const episode = kept ? present : this.#begin(NumpyRandom.fromState(origin), structuredClone(colors));
    const count = episode.track.points.length;
    readEnvState(this.id, { ...tiles }, { touched: count, collected: count, onStart: "boolean" });
    this.#episode = episode;
    this.#car.restore(car);
    episode.tiles.restore(tiles);
    episode.view.score = score;
    episode.view.yawRate = this.#car.yawRate;
  }

  #present(what: string): Episode {
    if (this.#episode) return this.#episode;
    const got = this.#status === "closed" ? "one that is closed" : "one before its first reset";
    throw new TypeError(`Cannot ${what} ${this.id}: expected a running environment, got ${got}`);
  }

  #control(action: ArrayLike<number>): void {
    const belongs = this.#continuous ? isThreeNumbers(action) : !this.actionSpace.explain(action);
    if (!belongs) this.#refuse(action);
    const controls = this.#continuous ? action : DISCRETE_ACTIONS[action[0]];
    this.#car.control(-controls[0], controls[1], controls[2]);
  }

  #refuse(action: ArrayLike<number>): never {
    const wanted = this.#continuous ? "3 finite numbers" : "one integer in 0 .. 4";
    const got = typeof action?.length === "number" ? `[${Array.from(action).join(", ")}]` : `${action}`;
    throw new TypeError(`Cannot step ${this.id}: expected an action of ${wanted}, got ${got}`);
  }

  /** One step of the world: forces on the ground of the last look, a look, motion. */
  #simulate({ track, tiles, view }: Episode): void {
    const car = this.#car;
    car.drive();
    // One by one, as Gymnasium adds them up.
    for (let found = tiles.look(car); found > 0; found--) this.#total += 1000 / track.points.length;
    this.#world.step();
    this.#time += TIME_STEP;
    view.time = this.#time;
    view.score = this.#total;
    view.yawRate = car.yawRate;
  }

  #lapFinished({ track, tiles }: Episode): boolean {
    const count = track.points.length;
    if (tiles.collectedCount === count) return true;
    return !this.#rules.deadLapCheck && tiles.crossedStart &&
      tiles.collectedCount / count > this.#lapCompletePercent;
  }

  #info({ tiles }: Episode, lapFinished: boolean): CarRacingInfo {
    let wheelsOnTrack = 0;
    for (const wheel of this.#car.wheels) if (wheel.tiles > 0) wheelsOnTrack++;
    return { wheelsOnTrack, tilesVisited: tiles.collectedCount, lapFinished };
  }
}

/** Three finite numbers; not the action space, as Gymnasium takes values outside as they are. */
function isThreeNumbers(action: ArrayLike<number>): boolean {
  return action?.length === 3 && Number.isFinite(action[0]) && Number.isFinite(action[1]) &&
    Number.isFinite(action[2]);
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
