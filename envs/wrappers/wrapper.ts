import type {
  Env,
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
import type { Space } from "../spaces.ts";

/** Whether an environment can draw its pictures again from saved states. */
export function isRedrawable<O extends Observation>(env: Env<O>): env is RedrawableEnv<O> {
  return ((env as Partial<RedrawableEnv<O>>).stateSize ?? 0) > 0;
}

/**
 * An environment around another one: forwards everything, so that a wrapper overrides only what it changes.
 *
 * `step` is `advance` and `observe`, as the contract of {@link Env} has it: most wrappers override one of those.
 * It redraws where the inner environment does; `stateSize` is 0 where it does not, and in a wrapper whose
 * observations hang on more than the inner picture. A wrapper whose observations are of
 * another kind than those inside (`I`) overrides `reset`, `observe` and `redraw`; one with a state of its own overrides
 * `getState` and `setState`, and returns `{ inner, ...own }`.
 */
export class Wrapper<O extends Observation = Uint8Array, I extends Observation = O>
  implements RedrawableEnv<O> {
  /** The environment inside. */
  readonly env: Env<I>;

  /** Goes around `env`, which it owns from now on. */
  constructor(env: Env<I>) {
    this.env = env;
  }

  /** The inner environment's id. */
  get id(): string {
    return this.env.id;
  }

  /** The inner space, unless the wrapper changes observations. */
  get observationSpace(): Space {
    return this.env.observationSpace;
  }

  /** The inner space, unless the wrapper changes actions. */
  get actionSpace(): Space {
    return this.env.actionSpace;
  }

  /** How many numbers a saved state holds; 0 where the inner environment cannot redraw. */
  get stateSize(): number {
    return isRedrawable(this.env) ? this.env.stateSize : 0;
  }

  /** Starts an episode. */
  reset(options?: ResetOptions): ResetResult<O> {
    return alike<ResetResult<O>>(this.env.reset(options));
  }

  /** Advances by one step and draws. */
  step(action: ArrayLike<number>): StepResult<O> {
    const { reward, terminated, truncated, info } = this.advance(action);
    return { observation: this.observe(), reward, terminated, truncated, info };
  }

  /** Advances by one step without drawing. */
  advance(action: ArrayLike<number>): Transition {
    return this.env.advance(action);
  }

  /** Writes the present observation, into `target` when one is given. */
  observe(target?: O): O {
    return alike<O>(this.env.observe(alike<I | undefined>(target)));
  }

  /** A picture for people. */
  render(options?: RenderOptions): Picture {
    return this.env.render(options);
  }

  /** The state that the present observation is drawn from, `[stateSize]`. */
  saveState(target?: Float64Array): Float64Array {
    return this.redrawableInside().saveState(target);
  }

  /** Draws the observation of a saved state of this episode. */
  redraw(state: Float64Array, target?: O): O {
    return alike<O>(this.redrawableInside().redraw(state, alike<I | undefined>(target)));
  }

  /** The inner environment's state. */
  getState(): EnvState {
    return this.env.getState();
  }

  /** Puts the inner environment into a state. */
  setState(state: EnvState): void {
    this.env.setState(state);
  }

  /** Closes the inner environment. */
  close(): void {
    this.env.close();
  }

  /** The inner environment as one that redraws. @throws TypeError where this wrapper or what is inside does not. */
  protected redrawableInside(): RedrawableEnv<I> {
    if (this.stateSize > 0 && isRedrawable(this.env)) return this.env;
    throw new TypeError(
      `Cannot redraw ${this.id}: expected an environment with saved states, got one without`,
    );
  }
}

/** What is passed on as it is: `O` and `I` are one type wherever this is called. */
function alike<T>(value: unknown): T {
  return value as T;
}
