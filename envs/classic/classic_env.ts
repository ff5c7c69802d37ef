import { Drawing } from "../drawing/drawing.ts";
import type {
  Env,
  EnvState,
  Picture,
  RenderOptions,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../env.ts";
import { EpisodeGuard } from "../episode_guard.ts";
import { EPISODE_STATUS, type EpisodeStatus, readEnvState } from "../env_state.ts";
import { expectTarget } from "../expect_array.ts";
import { NumpyRandom, type NumpyRandomState } from "../random/numpy_random.ts";
import { type PictureSize, readRenderOptions } from "../read_render_options.ts";
import { isFiniteAction, refuseAction } from "../refuse_action.ts";
import { Discrete, type Space, spaceSize } from "../spaces.ts";
import { readStart, type Start } from "./start_options.ts";

/** What an environment is built from: see {@link ClassicEnv}. */
export interface ClassicEnvParts {
  /** The id that it is registered under. */
  id: string;
  /** A {@link Box} of floats. */
  observationSpace: Space;
  /** One number: a {@link Discrete} space, or a box of one. */
  actionSpace: Space;
  /** The options of a reset with their defaults. */
  start: Record<string, number>;
  /** How many numbers the physics remembers. */
  stateSize: number;
  /** Usual size of the picture for people, pixels. */
  picture: { width: number; height: number };
}

/** How a step of a classic task ends. */
export interface Outcome {
  /** The reward of the step. */
  reward: number;
  /** Whether the episode ends by the task's own rules. */
  terminated: boolean;
}

/** What {@link ClassicEnv.getState} returns. */
interface ClassicEnvState {
  status: EpisodeStatus;
  random: NumpyRandomState;
  physics: Float64Array;
}

const STATE_PARTS = { status: EPISODE_STATUS, random: "object" } as const;

/**
 * What the classic tasks share: a few numbers of physics, one number as the action, floats as observations, Gymnasium's
 * random generator. A task adds how an episode begins, a step, the observation and the picture.
 *
 * An environment that was never seeded begins as with seed 0. It has no time limit of its own; `make` adds one.
 */
export abstract class ClassicEnv implements Env<Float32Array> {
  /** The id that it is registered under. */
  readonly id: string;
  /** Floats. */
  readonly observationSpace: Space;
  /** One number. */
  readonly actionSpace: Space;
  /** What the physics remembers, `[stateSize]`, in double precision; begin and move write it. */
  protected readonly physics: Float64Array;
  #random = new NumpyRandom(0);
  readonly #guard: EpisodeGuard;
  readonly #start: Start;
  readonly #picture: PictureSize;
  /** Of the size that was asked for last. */
  #drawing?: Drawing;

  /** An environment that waits for its first reset. */
  protected constructor({ id, observationSpace, actionSpace, start, stateSize, picture }: ClassicEnvParts) {
    this.id = id;
    this.#guard = new EpisodeGuard(id);
    this.observationSpace = observationSpace;
    this.actionSpace = actionSpace;
    this.physics = new Float64Array(stateSize);
    this.#start = start;
    this.#picture = picture;
  }

  /** Draws the start of an episode. */
  protected abstract begin(random: NumpyRandom, start: Record<string, number>): void;

  /** One step of the physics. */
  protected abstract move(action: number, random: NumpyRandom): Outcome;

  /** Writes what is observed of the physics. */
  protected abstract write(observation: Float32Array): void;

  /** Draws the physics. */
  protected abstract draw(drawing: Drawing): void;

  /** Starts an episode; `options` are the task's bounds of the start. */
  reset(given?: ResetOptions): ResetResult<Float32Array> {
    this.#guard.expectOpen("reset");
    const { seed, options } = readStart(this.id, given, this.#start);
    if (seed !== undefined) this.#random = new NumpyRandom(seed);
    this.begin(this.#random, options);
    this.#guard.begin();
    return { observation: this.observe(), info: {} };
  }

  /** Advances by one step and observes. */
  step(action: ArrayLike<number>): StepResult<Float32Array> {
    const { reward, terminated, truncated, info } = this.advance(action);
    return { observation: this.observe(), reward, terminated, truncated, info };
  }

  /**
   * Advances by one step.
   *
   * @param action One number, in single precision as Gymnasium's actions are; a continuous one outside its bounds is
   * clipped.
   * @throws TypeError before the first reset, after the end and for an action that does not belong.
   */
  advance(action: ArrayLike<number>): Transition {
    this.#guard.expectRunning();
    const discrete = this.actionSpace instanceof Discrete;
    const belongs = discrete
      ? !this.actionSpace.explain(action)
      : isFiniteAction(action, 1) && Number.isFinite(Math.fround(action[0]));
    if (!belongs) {
      const wanted = discrete
        ? `one integer in 0 .. ${this.actionSpace.count - 1}`
        : "1 number that is finite in single precision";
      refuseAction(`step ${this.id}`, wanted, action);
    }
    const { reward, terminated } = this.move(Math.fround(action[0]), this.#random);
    if (terminated) this.#guard.end();
    return { reward, terminated, truncated: false, info: {} };
  }

  /** Writes the present observation, into `target` when one is given. */
  observe(target: Float32Array = new Float32Array(spaceSize(this.observationSpace))): Float32Array {
    this.#guard.expectEpisode("observe");
    expectTarget("observe", this.id, this.observationSpace, target);
    this.write(target);
    return target;
  }

  /** A picture for people, in the looks and by default the size of Gymnasium's. */
  render(options?: RenderOptions): Picture {
    this.#guard.expectEpisode("render");
    const view = { usual: this.#picture, keepsShape: true };
    const { width, height } = readRenderOptions(this.id, options, { agent: view, birdsEye: view });
    if (this.#drawing?.width !== width || this.#drawing.height !== height) {
      this.#drawing = new Drawing(this.#picture, { width, height });
    }
    const picture = this.#drawing.begin();
    this.draw(this.#drawing);
    return picture;
  }

  /** The numbers of the physics, the random generator and where in an episode it is. */
  getState(): EnvState {
    const state: ClassicEnvState = {
      status: this.#guard.status,
      random: this.#random.state(),
      physics: this.physics.slice(),
    };
    return { ...state };
  }

  /** Goes on from a saved state. @throws TypeError for a state of something else. */
  setState(state: EnvState): void {
    this.#guard.expectOpen("restore");
    const parts = { ...STATE_PARTS, physics: this.physics.length };
    const { status, random, physics } = readEnvState<ClassicEnvState>(this.id, state, parts);
    this.#random = NumpyRandom.fromState(random);
    this.physics.set(physics);
    this.#guard.restore(status);
  }

  /** Ends its use. */
  close(): void {
    this.#guard.close();
  }
}
