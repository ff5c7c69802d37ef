import type { Space } from "./spaces.ts";

/** What an observation is stored in: bytes for pictures, floats for vectors. */
export type Observation = Uint8Array | Float32Array;

/**
 * All that an environment's future depends on, as plain values (numbers, texts, arrays, typed arrays, objects of such)
 * that survive `structuredClone`.
 */
export type EnvState = Readonly<Record<string, unknown>>;

/** What an environment adds to an observation: plain values, never needed to act. */
export type Info = Record<string, unknown>;

/** What {@link Env.reset} takes. */
export interface ResetOptions {
  /** Seed of the episode, an integer >= 0. Without one the environment's generator goes on. */
  seed?: number;
  /** The environment's own options for this episode. */
  options?: Record<string, unknown>;
}

/** What {@link Env.reset} returns. */
export interface ResetResult<O extends Observation = Uint8Array> {
  /** The first observation, `[H, W, 3]` row-major for pictures. */
  observation: O;
  /** What else is known at the start. */
  info: Info;
}

/** What one step changes, without the observation. */
export interface Transition {
  /** The reward of this step. */
  reward: number;
  /** The episode ended by the environment's own rules. */
  terminated: boolean;
  /** The episode was cut, by a time limit for instance. */
  truncated: boolean;
  /** What else is known of the step. */
  info: Info;
}

/** What {@link Env.step} returns: Gymnasium's five values under their names. */
export interface StepResult<O extends Observation = Uint8Array> extends Transition {
  /** The observation after the step, `[H, W, 3]` row-major for pictures. */
  observation: O;
}

/**
 * An environment with Gymnasium's contract, by default one of pictures.
 *
 * `step(action)` equals `advance(action)` followed by `observe()`; whoever needs only every n-th picture calls
 * `advance` in between and saves the drawing.
 */
export interface Env<O extends Observation = Uint8Array> {
  /** The id that `make` knows it by. */
  readonly id: string;
  /** What an observation may be. */
  readonly observationSpace: Space;
  /** What an action may be. */
  readonly actionSpace: Space;
  /**
   * Starts an episode. A reset that is refused changes nothing: the present episode goes on.
   *
   * @throws TypeError for options that are no plain object, for an unknown one and for one of another type.
   * @throws RangeError for a seed that is no integer >= 0, and for an option out of its range.
   */
  reset(options?: ResetOptions): ResetResult<O>;
  /** Advances by one step and draws. */
  step(action: ArrayLike<number>): StepResult<O>;
  /** Advances by one step without drawing. */
  advance(action: ArrayLike<number>): Transition;
  /**
   * Writes the present observation, into `target` when one is given.
   *
   * @throws TypeError for a target of another kind than the space's dtype. @throws RangeError for one of another length.
   */
  observe(target?: O): O;
  /**
   * A picture for people; may be larger than the observation.
   *
   * @throws TypeError for options that are no plain object and for an unknown one. @throws RangeError for an unknown view
   * and for a size that cannot be drawn.
   */
  render(options?: RenderOptions): Picture;
  /** Everything that the future depends on, a copy: see {@link Env.setState}. */
  getState(): EnvState;
  /**
   * Goes on where {@link Env.getState} was called, of this environment or of another one made alike: the same actions
   * then give the same future, bit by bit. The state stays the caller's, and may be set again.
   *
   * @throws TypeError for a state of something else; the environment stays as it was.
   */
  setState(state: EnvState): void;
  /** Frees what the environment holds; calls after it throw. */
  close(): void;
}

/**
 * What {@link Env.render} is asked for. An environment that has one size or one view only draws that: the picture says
 * how large it is.
 */
export interface RenderOptions {
  /** Pixels across, an integer in 1 .. 4096 or what the environment says; by default its usual size. */
  width?: number;
  /** Pixels down, likewise. */
  height?: number;
  /** As whoever acts sees it, or everything at once from above. @default "agent" */
  view?: "agent" | "birdsEye";
}

/** An RGB picture, `[height, width, 3]` row-major. */
export interface Picture {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
  /** `[height, width, 3]`, 0..255. */
  data: Uint8Array;
}

/**
 * An environment whose pictures follow from a small state, so that recordings need not store pixels.
 */
export interface RedrawableEnv<O extends Observation = Uint8Array> extends Env<O> {
  /** How many numbers {@link RedrawableEnv.saveState} writes. */
  readonly stateSize: number;
  /**
   * The state that the present observation is drawn from, `[stateSize]`.
   *
   * @throws TypeError for a target that is no Float64Array. @throws RangeError for one of another length.
   */
  saveState(target?: Float64Array): Float64Array;
  /**
   * Draws the observation of a saved state. The episode's constants (track, colours) are those of the present
   * episode: `reset` with its seed and options first, then redraw its states in order.
   *
   * @throws TypeError for a state or a target of another kind. @throws RangeError for one of another length, and for a
   * state with numbers that are not finite.
   */
  redraw(state: Float64Array, target?: O): O;
}

/**
 * When a {@link VectorEnv} restarts environments whose episode ended, by Gymnasium's names. The new episode comes from
 * the environment's own generator, as after a `reset` without a seed.
 *
 * - `"disabled"`: never by itself. An environment that ended rests until it is reset: it keeps its last observation, its
 *   flags and its info, with reward 0.
 * - `"nextStep"`: the step after the end starts the new episode: its action is ignored, its reward 0, its flags 0, its
 *   info and observation those of the reset.
 * - `"sameStep"`: the step that ends an episode starts the next one: reward and flags are of the end, observation and
 *   info of the reset; the info also holds `finalObservation` and `finalInfo`, what the end had.
 */
export type AutoresetMode = "disabled" | "nextStep" | "sameStep";

/** Options of {@link VectorEnv.reset}. */
export interface VectorResetOptions {
  /** One seed for each environment that restarts. */
  seeds: ArrayLike<number>;
  /** Which environments restart; all by default. */
  indices?: ArrayLike<number>;
  /** The environment's own options for these episodes. */
  options?: Record<string, unknown>;
}

/** What {@link VectorEnv.reset} returns; the arrays are those of the present {@link VectorStep}. */
export interface VectorResetResult<O extends Observation = Uint8Array> {
  /** `[N, ...]`, for pictures `[N, H, W, 3]`; those of all environments. */
  observations: O;
  /** `[N]`. */
  infos: Info[];
}

/** One lock-step of a {@link VectorEnv}; the arrays are reused by the next call. */
export interface VectorStep<O extends Observation = Uint8Array> extends VectorResetResult<O> {
  /** `[N]`. */
  rewards: Float64Array;
  /** `[N]`, 0 or 1. */
  terminated: Uint8Array;
  /** `[N]`, 0 or 1. */
  truncated: Uint8Array;
}

/** N environments that step together; in this thread, over workers or in a dream. */
export interface VectorEnv<O extends Observation = Uint8Array> {
  /** The id of the environments. */
  readonly id: string;
  /** How many environments step together, N. */
  readonly count: number;
  /** What an observation of one environment may be. */
  readonly observationSpace: Space;
  /** What an action of one environment may be. */
  readonly actionSpace: Space;
  /** When environments whose episode ended restart. */
  readonly autoreset: AutoresetMode;
  /**
   * Starts episodes with these seeds. With `indices` only those environments restart (seeds belong to them, in
   * order), the others keep their state.
   */
  reset(options: VectorResetOptions): Promise<VectorResetResult<O>>;
  /** Steps all with `actions`, `[N, A]` row-major. */
  step(actions: Float32Array): Promise<VectorStep<O>>;
  /** Everything that the environments' futures depend on, `[N]`, a copy: see {@link VectorEnv.setState}. */
  getState(): Promise<EnvState[]>;
  /** Goes on where {@link VectorEnv.getState} was called, of this vector or of one made alike; see {@link Env.setState}. */
  setState(states: readonly EnvState[]): Promise<VectorResetResult<O>>;
  /** Closes all environments; calls after it reject. */
  close(): Promise<void>;
}
