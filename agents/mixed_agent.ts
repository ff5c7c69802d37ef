import type { RandomStream } from "../core/random_stream.ts";
import { type Agent, rowsToReset, type Seen } from "./agent.ts";

/**
 * Lets another agent drive a share of the episodes: whoever drives is drawn when an episode starts. Some random
 * episodes keep a replay buffer from holding nothing but what the present controller does.
 */
export class MixedAgent implements Agent {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  #others = new Uint8Array(0);

  /**
   * Mixes two agents.
   *
   * @param main Who drives as a rule.
   * @param other Who drives now and then.
   * @param options `share`: the probability, in [0, 1], that `other` drives an episode; `random`: what draws it.
   * @throws RangeError when the agents' actions differ in size.
   */
  constructor(
    readonly main: Agent,
    readonly other: Agent,
    readonly options: { share: number; random: RandomStream },
  ) {
    if (main.actionSize !== other.actionSize) {
      const got = `${main.actionSize} and ${other.actionSize}`;
      throw new RangeError(`Cannot mix two agents: expected actions of one size, got ${got}`);
    }
    this.actionSize = main.actionSize;
  }

  /** Starts episodes and draws who drives them. */
  reset(count: number, indices?: ArrayLike<number>): void {
    const rows = rowsToReset(count, this.#others.length, indices);
    this.main.reset(count, indices);
    this.other.reset(count, indices);
    if (indices === undefined) this.#others = new Uint8Array(count);
    for (const row of rows) this.#others[row] = this.options.random.uniform() < this.options.share ? 1 : 0;
  }

  /** Each row's action by its driver, `[count, A]`. */
  async act(seen: Seen): Promise<Float32Array> {
    const actions = await this.main.act(seen);
    const others = await this.other.act(seen);
    this.#others.forEach((other, row) => {
      const start = row * this.actionSize;
      if (other) actions.set(others.subarray(start, start + this.actionSize), start);
    });
    return actions;
  }

  /** Closes both agents. */
  close(): void {
    this.main.close?.();
    this.other.close?.();
  }
}
