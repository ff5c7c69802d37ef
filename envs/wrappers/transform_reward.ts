import type { Env, Observation, Transition } from "../env.ts";
import { Wrapper } from "./wrapper.ts";

/** Applies a function to each reward (Gymnasium's `TransformReward`). */
export class TransformReward<O extends Observation = Uint8Array> extends Wrapper<O> {
  readonly #change: (reward: number) => number;

  /** Goes around `env`; `change` is a pure function of a reward. */
  constructor(env: Env<O>, change: (reward: number) => number) {
    super(env);
    this.#change = change;
  }

  /** One inner step, its reward changed. */
  override advance(action: ArrayLike<number>): Transition {
    const transition = this.env.advance(action);
    return { ...transition, reward: this.#change(transition.reward) };
  }
}
