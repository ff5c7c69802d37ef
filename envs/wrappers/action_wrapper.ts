import type { Env, Observation, Transition } from "../env.ts";
import type { Space } from "../spaces.ts";
import { Wrapper } from "./wrapper.ts";

/** Changes each action by a rule that knows nothing else (Gymnasium's `ActionWrapper`). */
export abstract class ActionWrapper<O extends Observation = Uint8Array> extends Wrapper<O> {
  readonly #space: Space;

  /** Goes around `env`; `space` is what callers' actions belong to. */
  constructor(env: Env<O>, space: Space) {
    super(env);
    this.#space = space;
  }

  /** The action for the environment inside, a new array. */
  protected abstract transform(action: ArrayLike<number>): ArrayLike<number>;

  /** What callers' actions belong to. */
  override get actionSpace(): Space {
    return this.#space;
  }

  /** One inner step with the changed action. @throws TypeError when the action does not belong. */
  override advance(action: ArrayLike<number>): Transition {
    const problem = this.#space.explain(action);
    if (problem) throw new TypeError(`Cannot step ${this.id}: ${problem}`);
    return this.env.advance(this.transform(action));
  }
}
