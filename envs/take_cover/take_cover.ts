import { RandomStream, type RandomStreamState } from "../../core/random_stream.ts";
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
import { EpisodeGuard } from "../episode_guard.ts";
import { EPISODE_STATUS, type EpisodeStatus, readEnvState } from "../env_state.ts";
import { expectPictureState, expectStateTarget, expectTarget } from "../expect_array.ts";
import { readOptions, readReset } from "../read_options.ts";
import { readRenderOptions, type ViewSize } from "../read_render_options.ts";
import type { Space } from "../spaces.ts";
import { Arena, ARENA_STATE_SIZE } from "./arena.ts";
import { AGENT_THRUST, BEHIND, MOST_MONSTERS } from "./constants.ts";
import { type Controls, createControls } from "./controls.ts";
import { createEyes, type Eyes } from "./eyes.ts";
import { TakeCoverMapPainter } from "./map_painter.ts";
import { Monsters, risen } from "./monsters.ts";
import { TakeCoverPainter } from "./painter.ts";
import { blankView, look, readView, type TakeCoverView, VIEW_SIZE, writeView } from "./view.ts";

/** Options of {@link TakeCover}. */
export interface TakeCoverOptions {
  /** Actions are one number in -1 .. 1; otherwise one of three integers. @default true */
  continuous?: boolean;
  /** Pixels across and down of pictures. @default 64 */
  frameSize?: 64 | 96;
  /** What is observed: colour pictures, grey ones, or a vector of numbers (see `StateEyes` in `eyes.ts`). @default "rgb" */
  observation?: "rgb" | "gray" | "state";
}

/** What {@link TakeCover} adds to every step. */
export interface TakeCoverInfo extends Record<string, unknown> {
  /** Monsters in the hall, 0 .. 6. */
  monsters: number;
  /** Fireballs that fly. */
  fireballs: number;
  /** Whether a fireball has hit the agent. */
  hit: boolean;
}

/** What {@link TakeCover.getState} returns. */
interface TakeCoverState {
  status: EpisodeStatus;
  random: RandomStreamState;
  time: number;
  arena: Float64Array;
  ways: Float64Array;
  charges: Float64Array;
}

const STATE_PARTS = {
  status: EPISODE_STATUS,
  random: "object",
  time: "number",
  arena: ARENA_STATE_SIZE,
  ways: MOST_MONSTERS,
  charges: MOST_MONSTERS,
} as const;

/** Size of the pictures for people, px. */
const VIEW: ViewSize = { usual: { width: 512, height: 512 } };
const SIZES = { agent: VIEW, birdsEye: VIEW };

/**
 * Take cover: monsters along the far wall of a hall throw fireballs at the agent, which steps left and right out of their
 * way. The counterpart of VizDoom's Take Cover, the second experiment of Ha and Schmidhuber, World Models (2018).
 *
 * - Observations are what the agent sees, `[64, 64, 3]`; see {@link TakeCoverOptions}.
 * - Actions: `[a]`, left where `a` is below -1/3, right where it is above 1/3, else none (values outside -1 .. 1 are taken
 *   as they are). Or, not `continuous`, `[i]`: none, left, right.
 * - Rewards: 1 a step, that of the end included.
 * - It ends when a fireball hits. It has no time limit of its own; `make` adds 2,100 steps, a minute.
 *
 * A step is 1/35 s. An environment that was never seeded begins as with seed 0.
 */
export class TakeCover<O extends Observation = Uint8Array> implements RedrawableEnv<O> {
  readonly id: string;
  readonly stateSize: number = VIEW_SIZE;
  readonly #controls: Controls;
  readonly #eyes: Eyes<O>;
  readonly #arena = new Arena();
  readonly #monsters = new Monsters(this.#arena);
  readonly #view = blankView();
  /** A view for redrawing, apart from the one that lives. */
  readonly #replay = blankView();
  #random = new RandomStream(0);
  readonly #guard: EpisodeGuard;

  /**
   * Builds an environment that waits for its first reset.
   *
   * @param id The id that it is registered under.
   * @throws RangeError for a frame size or an observation that there is not.
   */
  constructor(options: TakeCoverOptions = {}, id = "TakeCover-v0") {
    const { continuous, frameSize, observation } = readOptions<Required<TakeCoverOptions>>(id, options, {
      continuous: true,
      frameSize: 64,
      observation: "rgb",
    });
    this.id = id;
    this.#guard = new EpisodeGuard(id);
    if (frameSize !== 64 && frameSize !== 96) {
      throw new RangeError(`Cannot make ${id}: expected frameSize 64 or 96, got ${frameSize}`);
    }
    if (!["rgb", "gray", "state"].includes(observation)) {
      throw new RangeError(
        `Cannot make ${id}: expected observation rgb, gray or state, got "${observation}"`,
      );
    }
    this.#controls = createControls(id, continuous);
    // What is observed is the caller's word, as in `make`.
    this.#eyes = createEyes(observation, frameSize) as Eyes<Observation> as Eyes<O>;
  }

  get observationSpace(): Space {
    return this.#eyes.space;
  }

  get actionSpace(): Space {
    return this.#controls.space;
  }

  /** All that the present picture shows, alive: it changes with the next step. */
  get view(): TakeCoverView {
    this.#guard.expectEpisode("view");
    return this.#view;
  }

  reset(given?: ResetOptions): ResetResult<O> {
    this.#guard.expectOpen("reset");
    const { seed } = readReset(this.id, given, {});
    if (seed !== undefined) this.#random = new RandomStream(seed);
    this.#arena.clear();
    this.#monsters.clear();
    this.#monsters.arrive(0, this.#random);
    this.#guard.begin();
    this.#look(0, false);
    return { observation: this.observe(), info: this.#info() };
  }

  step(action: ArrayLike<number>): StepResult<O> {
    const { reward, terminated, truncated, info } = this.advance(action);
    return { observation: this.observe(), reward, terminated, truncated, info };
  }

  advance(action: ArrayLike<number>): Transition {
    this.#guard.expectRunning();
    this.#arena.pushAgent(AGENT_THRUST * this.#controls.move(action));
    const { time } = this.#view;
    this.#monsters.act(time, this.#random);
    const hit = this.#arena.step();
    this.#monsters.arrive(time + 1, this.#random);
    this.#look(time + 1, hit);
    if (hit) this.#guard.end();
    return { reward: 1, terminated: hit, truncated: false, info: this.#info() };
  }

  observe(target: O = this.#eyes.blank()): O {
    this.#guard.expectEpisode("observe");
    expectTarget("observe", this.id, this.#eyes.space, target);
    this.#eyes.see(this.#view, target);
    return target;
  }

  render(options?: RenderOptions): Picture {
    this.#guard.expectEpisode("render");
    const { width, height, view } = readRenderOptions(this.id, options, SIZES);
    const data = new Uint8Array(width * height * 3);
    const Painter = view === "birdsEye" ? TakeCoverMapPainter : TakeCoverPainter;
    new Painter(width, height).draw(this.#view, data);
    return { width, height, data };
  }

  saveState(target: Float64Array = new Float64Array(VIEW_SIZE)): Float64Array {
    this.#guard.expectEpisode("save the state of");
    expectStateTarget(this.id, target, VIEW_SIZE);
    writeView(this.#view, target);
    return target;
  }

  redraw(state: Float64Array, target: O = this.#eyes.blank()): O {
    this.#guard.expectEpisode("redraw");
    expectPictureState(this.id, state, VIEW_SIZE);
    expectTarget("redraw", this.id, this.#eyes.space, target);
    readView(state, this.#replay);
    this.#eyes.see(this.#replay, target);
    return target;
  }

  getState(): EnvState {
    const { ways, charges } = this.#monsters.state;
    const state: TakeCoverState = {
      status: this.#guard.status,
      random: this.#random.state(),
      time: this.#view.time,
      arena: this.#arena.save(),
      ways: ways.slice(),
      charges: charges.slice(),
    };
    return { ...state };
  }

  setState(state: EnvState): void {
    this.#guard.expectOpen("restore");
    const { status, random, time, arena, ways, charges } = readEnvState<TakeCoverState>(
      this.id,
      state,
      STATE_PARTS,
    );
    this.#random = RandomStream.fromState(random);
    this.#arena.restore(arena);
    this.#monsters.state.ways.set(ways);
    this.#monsters.state.charges.set(charges);
    this.#guard.restore(status);
    this.#look(time, status === "over");
  }

  close(): void {
    this.#guard.close();
  }

  /** Brings the view up to date. */
  #look(time: number, hit: boolean): void {
    this.#view.time = time;
    this.#view.hit = hit;
    look(this.#view, this.#arena, this.#monsters.state);
  }

  #info(): TakeCoverInfo {
    const { time, hit, monsters: all } = this.#view;
    let monsters = 0, fireballs = 0;
    all.forEach(({ fireball }, i) => {
      if (risen(i, time) > 0) monsters++;
      if (fireball.depth > BEHIND) fireballs++;
    });
    return { monsters, fireballs, hit };
  }
}
