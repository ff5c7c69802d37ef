import type { RandomStream } from "../core/random_stream.ts";
import { type Space, spaceSize } from "../envs/spaces.ts";
import { type Agent, rowsToReset } from "./agent.ts";

/** Draws every action uniformly from the environment's action space. */
export class RandomAgent implements Agent {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  #count = 0;

  /**
   * An agent for one action space.
   *
   * @param space What is drawn from.
   * @param random What draws.
   */
  constructor(readonly space: Space, readonly random: RandomStream) {
    this.actionSize = spaceSize(space);
  }

  /** Sets how many rows are drawn; there is nothing else to forget. */
  reset(count: number, indices?: ArrayLike<number>): void {
    rowsToReset(count, this.#count, indices);
    this.#count = count;
  }

  /** `[count, A]`. */
  act(): Promise<Float32Array> {
    const actions = new Float32Array(this.#count * this.actionSize);
    for (let row = 0; row < this.#count; row++) {
      actions.set(this.space.sample(this.random), row * this.actionSize);
    }
    return Promise.resolve(actions);
  }
}
