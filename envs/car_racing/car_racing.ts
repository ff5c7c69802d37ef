import { EpisodeGuard } from "../episode_guard.ts";
import type {
  EnvState,
  Observation,
  Picture,
  RedrawableEnv,
  RenderOptions,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../env.ts";
import { deepEqual } from "../checks/deep_equal.ts";
import { expectPictureState, expectStateTarget, expectTarget } from "../expect_array.ts";
import { NumpyRandom } from "../random/numpy_random.ts";
import { readReset } from "../read_options.ts";
import { readRenderOptions } from "../read_render_options.ts";
import type { Space } from "../spaces.ts";
import { actionSpace, controlsOf } from "./actions.ts";
import {
  type CarRacingState,
  type EpisodeState,
  expectTiles,
  readCarRacingState,
} from "./car_racing_state.ts";
import { DEFAULT_COLORS, drawColors } from "./colors.ts";
import { GRASS_GRIP, PLAYFIELD, ROAD_GRIP, TIME_STEP } from "./constants.ts";
import { Episode } from "./episode.ts";
import { createEyes, type Eyes } from "./eyes.ts";
import { type CarRacingOptions, type CompleteOptions, completeOptions } from "./options.ts";
import { CAR_RACING_SIZES } from "./sizes.ts";
import { readState, STATE_SIZE, writeState } from "./saved_state.ts";
import type { CarRacingColors, CarRacingView, Track } from "./state.ts";
import { World } from "./world.ts";

/** What {@link CarRacing} adds to every step. */
export interface CarRacingInfo extends Record<string, unknown> {
  /** Wheels that touch a tile, 0 .. 4. */
  wheelsOnTrack: number;
  /** Tiles collected since the reset. */
  tilesVisited: number;
  /** Whether the episode ended because the lap is finished. */
  lapFinished: boolean;
}

/**
 * Gymnasium's CarRacing-v3: the same track, dynamics, rewards and endings for the same seed and actions, without
 * Box2D and pygame.
 *
 * - Observations: pictures `[96, 96, 3]`; or what {@link CarRacingOptions} ask for: smaller ones, grey ones, vectors.
 * - Actions: `[steer -1 .. 1, gas 0 .. 1, brake 0 .. 1]`, steering right above 0; values outside are taken as they are
 *   (gas is clipped). Or, not `continuous`, `[i]`: nothing, right, left, gas, brake.
 * - Rewards: `1000 / n` for each of the `n` tiles that a wheel touches first, -0.1 a step, -100 for leaving the field.
 * - Endings: every tile is collected, or the field is left. It has no time limit of its own; `make` adds 1,000 steps.
 * - What is odd about it has names: {@link CarRacingRules}. `CarRacingLap-v0` is the same with the lap's rules mended.
 *
 * `reset({ options: { randomize: false } })` keeps the colours where `domainRandomize` is set. An environment that was
 * never seeded begins as with seed 0.
 *
 * The type parameter is the caller's word for what `observation` asks for: `Float32Array` with "state".
 */
export class CarRacing<O extends Observation = Uint8Array> implements RedrawableEnv<O> {
  readonly id: string;
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  readonly stateSize: number = STATE_SIZE;
  readonly #options: CompleteOptions;
  readonly #eyes: Eyes<O>;
  readonly #world = new World();
  readonly #car = this.#world.addCar();
  #random = new NumpyRandom(0);
  #colors: CarRacingColors;
  #episode: Episode<O> | undefined;
  #time = 0;
  /** All rewards so far, the way Gymnasium adds them up; what the last step had seen of it. */
  #total = 0;
  #paid = 0;
  readonly #guard: EpisodeGuard;

  /**
   * Builds an environment that waits for its first reset.
   *
   * @param id The id that it is registered under.
   * @throws RangeError or TypeError for an option that is none.
   */
  constructor(options: CarRacingOptions = {}, id = "CarRacing-v3") {
    this.id = id;
    this.#guard = new EpisodeGuard(id);
    this.#options = completeOptions(id, options);
    const { continuous, domainRandomize, rules } = this.#options;
    this.#eyes = createEyes<O>({ ...this.#options, openingZoom: rules.openingZoom });
    this.observationSpace = this.#eyes.space;
    this.actionSpace = actionSpace(continuous);
    this.#colors = domainRandomize ? drawColors(this.#random) : DEFAULT_COLORS;
    for (const wheel of this.#car.wheels) wheel.grassGrip = rules.slipperyGrass ? GRASS_GRIP : ROAD_GRIP;
  }

  /** The track of the present episode. */
  get track(): Track {
    return this.#present("read the track of").track;
  }

  /** All that the present picture shows, alive: it changes with the next step. */
  get view(): CarRacingView {
    return this.#present("view").view;
  }

  reset(given?: ResetOptions): ResetResult<O> {
    this.#guard.expectOpen("reset");
    const { seed, options } = readReset(this.id, given, { randomize: true });
    if (seed !== undefined) this.#random = new NumpyRandom(seed);
    if (this.#options.domainRandomize && options.randomize) {
      this.#colors = drawColors(this.#random);
    }
    const episode = this.#episode = this.#begin(this.#random, this.#colors);
    const { x, y, beta } = episode.track.points[0];
    this.#car.place({ x, y, angle: beta });
    this.#time = this.#total = this.#paid = 0;
    this.#guard.begin();
    // Gymnasium's reset lets one step pass: the wheels find their places and the first two tiles are collected.
    this.#simulate(episode);
    if (!this.#options.rules.payTilesAtReset) this.#paid = this.#total;
    return { observation: this.observe(), info: this.#info(episode, false) };
  }

  step(action: ArrayLike<number>): StepResult<O> {
    const { reward, terminated, truncated, info } = this.advance(action);
    return { observation: this.observe(), reward, terminated, truncated, info };
  }

  advance(action: ArrayLike<number>): Transition {
    this.#guard.expectRunning();
    const episode = this.#present("step");
    const controls = controlsOf(this.id, this.actionSpace, action);
    this.#car.control(-controls[0], controls[1], controls[2]);
    this.#simulate(episode);
    this.#total -= 0.1;
    let reward = this.#total - this.#paid;
    this.#paid = this.#total;

    const { rules, finishBonus } = this.#options;
    const { hull } = this.#car;
    const outside = Math.abs(hull.x) > PLAYFIELD || Math.abs(hull.y) > PLAYFIELD;
    if (outside) reward = rules.outsideReplacesReward ? -100 : reward - 100;
    const lapFinished = !outside && this.#lapFinished(episode);
    if (lapFinished) reward += finishBonus;
    const terminated = outside || lapFinished;
    if (terminated) this.#guard.end();
    return { reward, terminated, truncated: false, info: this.#info(episode, lapFinished) };
  }

  observe(target: O = this.#eyes.blank()): O {
    const { look, view } = this.#present("observe");
    expectTarget("observe", this.id, this.observationSpace, target);
    look(view, target);
    return target;
  }

  /** What the agent sees, larger, or the whole track from above; the sizes of both are those of `CAR_RACING_SIZES`. */
  render(options?: RenderOptions): Picture {
    const episode = this.#present("render");
    return episode.render(readRenderOptions(this.id, options, CAR_RACING_SIZES));
  }

  saveState(target: Float64Array = new Float64Array(STATE_SIZE)): Float64Array {
    const { view } = this.#present("save the state of");
    expectStateTarget(this.id, target, STATE_SIZE);
    writeState(view, target);
    return target;
  }

  redraw(state: Float64Array, target: O = this.#eyes.blank()): O {
    const { look, replay } = this.#present("redraw");
    expectPictureState(this.id, state, STATE_SIZE);
    expectTarget("redraw", this.id, this.observationSpace, target);
    readState(state, replay);
    look(replay, target);
    return target;
  }

  getState(): EnvState {
    const episode = this.#episode;
    const state: CarRacingState = {
      status: this.#guard.status,
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
    this.#guard.expectOpen("restore");
    const { status, random, colors, total, paid, time, episode } = readCarRacingState(this.id, state);
    const generator = NumpyRandom.fromState(random);
    if (episode) this.#return(episode, colors, time);
    else this.#episode = undefined;
    this.#random = generator;
    this.#colors = structuredClone(colors);
    [this.#total, this.#paid, this.#time] = [total, paid, time];
    this.#guard.restore(status);
  }

  close(): void {
    this.#world.clear();
    this.#episode = undefined;
    this.#guard.close();
  }

  /** An episode on the track that the generator draws next; the car is still to be placed. */
  #begin(random: NumpyRandom, colors: CarRacingColors): Episode<O> {
    return new Episode(random, { car: this.#car, colors, eyes: this.#eyes, rules: this.#options.rules });
  }

  /** Goes back into a saved episode. */
  #return({ origin, car, tiles, score }: EpisodeState, colors: CarRacingColors, time: number): void {
    // Searches set states of one track over and over: its painter and its index of tiles are kept.
    const present = this.#episode;
    const kept = present && deepEqual(present.origin, origin) && deepEqual(present.view.colors, colors);
    const episode = kept ? present : this.#begin(NumpyRandom.fromState(origin), structuredClone(colors));
    expectTiles(this.id, tiles, episode.track.points.length);
    this.#episode = episode;
    this.#car.restore(car);
    episode.tiles.restore(tiles);
    Object.assign(episode.view, { time, score, yawRate: this.#car.yawRate });
  }

  #present(what: string): Episode<O> {
    if (this.#episode) return this.#episode;
    return this.#guard.refuse(what);
  }

  /** One step of the world: forces on the ground of the last look, a look, motion. */
  #simulate({ track, tiles, view }: Episode<O>): void {
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

  #lapFinished({ track, tiles }: Episode<O>): boolean {
    const { rules, lapCompletePercent } = this.#options;
    const count = track.points.length;
    if (rules.lastTileEnds && tiles.collectedCount === count) return true;
    return !rules.deadLapCheck && tiles.crossedStart && tiles.collectedCount / count > lapCompletePercent;
  }

  #info({ tiles }: Episode<O>, lapFinished: boolean): CarRacingInfo {
    let wheelsOnTrack = 0;
    for (const wheel of this.#car.wheels) if (wheel.tiles > 0) wheelsOnTrack++;
    return { wheelsOnTrack, tilesVisited: tiles.collectedCount, lapFinished };
  }
}
