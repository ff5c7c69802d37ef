import type {
  Env,
  Picture,
  RedrawableEnv,
  ResetOptions,
  ResetResult,
  StepResult,
  Transition,
} from "../env.ts";
import type { Space } from "../spaces.ts";

/** Whether an environment can draw its pictures again from saved states. */
export function isRedrawable(env: Env): env is RedrawableEnv {
  return ((env as Partial<RedrawableEnv>).stateSize ?? 0) > 0;
}

/**
 * An environment around another one: forwards everything, so that a wrapper overrides only what it changes.
 *
 * `step` is `advance` and `observe`, as the contract of {@link Env} has it: most wrappers override one of those.
 * It redraws where the inner environment does; `stateSize` is 0 where it does not.
 */
export class Wrapper implements RedrawableEnv {
  /** The environment inside. */
  readonly env: Env;

  /** Goes around `env`, which it owns from now on. */
  constructor(env: Env) {
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
  reset(options?: ResetOptions): ResetResult {
    return this.env.reset(options);
  }

  /** Advances by one step and draws. */
  step(action: ArrayLike<number>): StepResult {
    const { reward, terminated, truncated, info } = this.advance(action);
    return { observation: this.observe(), reward, terminated, truncated, info };
  }

  /** Advances by one step without drawing. */
  advance(action: ArrayLike<number>): Transition {
    return this.env.advance(action);
  }

  /** Draws the present observation, into `target` when one is given. */
  observe(target?: Uint8Array): Uint8Array {
    return this.env.observe(target);
  }

  /** A picture for people. */
  render(): Picture {
    return this.env.render();
  }

  /** The state that the present observation is drawn from, `[stateSize]`. */
  saveState(target?: Float64Array): Float64Array {
    return redrawable(this.env).saveState(target);
  }

  /** Draws the observation of a saved state of this episode. */
  redraw(state: Float64Array, target?: Uint8Array): Uint8Array {
    return redrawable(this.env).redraw(state, target);
  }

  /** Closes the inner environment. */
  close(): void {
    this.env.close();
  }
}

/** @throws TypeError when the environment cannot redraw. */
function redrawable(env: Env): RedrawableEnv {
  if (isRedrawable(env)) return env;
  throw new TypeError(`Cannot redraw ${env.id}: expected an environment with saved states, got one without`);
}
