import type { Env, EnvState, Observation, ResetOptions, ResetResult, Transition } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import { Box, type Space, spaceSize } from "../spaces.ts";
import { emptyObservation } from "./empty_observation.ts";
import { expectBox } from "./expect_space.ts";
import { Wrapper } from "./wrapper.ts";

/** Options of {@link FrameStack}. */
export interface FrameStackOptions {
  /**
   * What stands for the steps before an episode: its first observation, `"zero"` (or the bound that is nearest to
   * zero), or an observation that belongs to the space. @default "reset"
   */
  padding?: "reset" | "zero" | ArrayLike<number>;
  /**
   * Where the observations lie, oldest first: along a new first axis, `[N, H, W, C]` or `[N, S]`, as in Gymnasium; or
   * one behind the other along the last one, `[H, W, N * C]` or `[N * S]`, as convolutions over channels want them.
   * @default "first"
   */
  axis?: "first" | "last";
}

/** What a stack adds to the state inside. */
interface FrameStackState<O> {
  inner: EnvState;
  frames: O[];
}

/**
 * Shows the last N observations at once (Gymnasium's `FrameStackObservation`).
 *
 * It looks at every step of what is inside, also where its caller only advances: put `FrameSkip` inside. Since an
 * observation has a history, it cannot be redrawn from one state.
 */
export class FrameStack<O extends Observation = Uint8Array> extends Wrapper<O> {
  /** How many observations are stacked, N. */
  readonly count: number;
  readonly #space: Box;
  readonly #padding: "reset" | O;
  /** How many numbers of one observation lie together. */
  readonly #run: number;
  /** The oldest first; empty without an episode. */
  #frames: O[] = [];

  /**
   * Goes around `env`.
   *
   * @param count How many observations are stacked, an integer > 0.
   * @throws RangeError when `count` is no such number, or a padding does not belong to the space.
   * @throws TypeError when the inner space is no Box.
   */
  constructor(env: Env<O>, count: number, options: FrameStackOptions = {}) {
    super(env);
    const { padding = "reset", axis = "first" } = options;
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`Cannot stack observations of ${env.id}: expected an integer > 0, got ${count}`);
    }
    const inner = expectBox(env.observationSpace, `stack observations of ${env.id}`);
    this.count = count;
    this.#run = axis === "first" ? spaceSize(inner) : inner.shape.at(-1) ?? 1;
    const shape = axis === "first"
      ? [count, ...inner.shape]
      : [...inner.shape.slice(0, -1), count * (inner.shape.at(-1) ?? 1)];
    const [low, high] = [inner.low, inner.high].map((bound) =>
      this.#interleave(Array(count).fill(bound), new Float64Array(count * bound.length))
    );
    this.#space = new Box(low, high, { shape, dtype: inner.dtype });
    this.#padding = padding === "reset" ? padding : paddingFrame(env, inner, padding);
  }

  /** The inner space, N times. */
  override get observationSpace(): Space {
    return this.#space;
  }

  /** 0: the history is not part of a saved state. */
  override get stateSize(): number {
    return 0;
  }

  /** Starts an episode, and its history with padding. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const { observation, info } = super.reset(options);
    const before = this.#padding === "reset" ? observation : this.#padding;
    this.#frames = Array.from({ length: this.count - 1 }, () => before.slice() as O);
    this.#frames.push(observation.slice() as O);
    return { observation: this.observe(), info };
  }

  /** One inner step, whose observation joins the stack. */
  override advance(action: ArrayLike<number>): Transition {
    const transition = this.env.advance(action);
    const oldest = this.#frames.shift()!;
    this.#frames.push(this.env.observe(oldest));
    return transition;
  }

  /** Writes the stack, into `target` when one is given. @throws TypeError without an episode. */
  override observe(target: O = emptyObservation(this.#space)): O {
    if (this.#frames.length > 0) return this.#interleave(this.#frames, target);
    throw new TypeError(`Cannot observe ${this.id}: expected a running environment, got none`);
  }

  /** The inner state and the stacked observations. */
  override getState(): EnvState {
    return { inner: this.env.getState(), frames: this.#frames.map((frame) => frame.slice()) };
  }

  /** Goes on with the stack of the state. @throws TypeError for a state of something else. */
  override setState(state: EnvState): void {
    const { inner, frames } = readEnvState<FrameStackState<O>>(this.id, state, {
      inner: "object",
      frames: "array",
    });
    const size = spaceSize(this.env.observationSpace);
    const fits = frames.every((frame) => frame?.length === size);
    if (!fits || (frames.length !== this.count && frames.length !== 0)) {
      throw new TypeError(
        `Cannot set the state of ${this.id}: expected ${this.count} stacked observations of ${size} values, ` +
          `got ${frames.length} of ${frames.map((frame) => frame?.length).join(", ")}`,
      );
    }
    this.env.setState(inner);
    this.#frames = frames.map((frame) => frame.slice() as O);
  }

  /** Closes the inner environment. */
  override close(): void {
    this.#frames = [];
    this.env.close();
  }

  #interleave<A extends Observation | Float64Array>(frames: A[], target: A): A {
    const run = this.#run;
    for (let from = 0, to = 0; from < frames[0].length; from += run) {
      for (const frame of frames) {
        target.set(run === frame.length ? frame : frame.subarray(from, from + run), to);
        to += run;
      }
    }
    return target;
  }
}

/** @throws RangeError when the padding does not belong to the space. */
function paddingFrame<O extends Observation>(
  env: Env<O>,
  space: Box,
  padding: "zero" | ArrayLike<number>,
): O {
  const frame = emptyObservation<O>(space);
  if (padding === "zero") {
    for (let i = 0; i < frame.length; i++) frame[i] = Math.min(Math.max(0, space.low[i]), space.high[i]);
    return frame;
  }
  const problem = space.explain(padding as ArrayLike<number>);
  if (problem) throw new RangeError(`Cannot pad a stack of ${env.id}: ${problem}`);
  frame.set(padding as ArrayLike<number>);
  return frame;
}
