import type { Env, Observation, Transition } from "../env.ts";
import { Wrapper } from "./wrapper.ts";

/** Repeats each action for some steps, sums their rewards and draws the last one only. */
export class FrameSkip<O extends Observation = Uint8Array> extends Wrapper<O> {
  /** How many inner steps one step takes. */
  readonly skip: number;

  /**
   * Goes around `env`.
   *
   * @param env The environment inside.
   * @param skip How many inner steps one step takes, an integer > 0; 1 changes nothing.
   * @throws RangeError when `skip` is not an integer > 0.
   */
  constructor(env: Env<O>, skip: number) {
    super(env);
    this.skip = skip;
    if (!Number.isInteger(skip) || skip < 1) {
      throw new RangeError(`Cannot skip frames of ${env.id}: expected an integer > 0, got ${skip}`);
    }
  }

  /** Repeats the action. The info is that of the last inner step; an ending stops the repetition. */
  override advance(action: ArrayLike<number>): Transition {
    const transition = this.env.advance(action);
    let { reward, terminated, truncated, info } = transition;
    for (let i = 1; i < this.skip && !terminated && !truncated; i++) {
      const next = this.env.advance(action);
      reward += next.reward;
      ({ terminated, truncated, info } = next);
    }
    return { reward, terminated, truncated, info };
  }
}
