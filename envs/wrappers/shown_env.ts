import type { Env, Observation, ResetResult, Transition } from "../env.ts";
import { Wrapper } from "./wrapper.ts";

/**
 * An environment that observes what it is shown, instead of what it simulates: for wrappers that transform observations
 * that come from elsewhere.
 */
export class ShownEnv<O extends Observation = Uint8Array> extends Wrapper<O> {
  #shown: O | undefined;

  /** Stands for `env`, of which its id and spaces alone are used. */
  constructor(env: Env<O>) {
    super(env);
  }

  /** Takes what is observed from now on; it is read by the next `reset`, `step` or `observe`. */
  show(observation: O): void {
    this.#shown = observation;
  }

  /** Nothing moves, whatever is done. */
  override advance(): Transition {
    return { reward: 0, terminated: false, truncated: false, info: {} };
  }

  /** Begins with what is shown. @throws TypeError when nothing is. */
  override reset(): ResetResult<O> {
    return { observation: this.observe(), info: {} };
  }

  /** What is shown, copied. @throws TypeError when nothing is. */
  override observe(target?: O): O {
    const shown = this.#shown;
    if (!shown) throw new TypeError(`Cannot observe ${this.id}: expected to be shown something, got nothing`);
    if (!target) return shown.slice() as O;
    target.set(shown);
    return target;
  }
}
