import type { Env, Observation } from "../env.ts";
import { Box } from "../spaces.ts";
import { ActionWrapper } from "./action_wrapper.ts";
import { expectBox } from "./expect_space.ts";
import { floatBounds } from "./float_bounds.ts";

/** Options of {@link RescaleAction}: bounds, one for all numbers or one each. */
export interface RescaleActionOptions {
  /** What becomes the lower bound inside. @default -1 */
  low?: number | ArrayLike<number>;
  /** What becomes the upper bound inside, above `low`. @default 1 */
  high?: number | ArrayLike<number>;
}

/** Maps actions in `[low, high]` linearly onto the bounds inside (Gymnasium's `RescaleAction`). */
export class RescaleAction<O extends Observation = Uint8Array> extends ActionWrapper<O> {
  readonly #inner: Box;
  readonly #outer: Box;
  readonly #bounds: { low: Float32Array; high: Float32Array };

  /**
   * Goes around `env`.
   *
   * @throws TypeError when its actions are no Box with finite bounds.
   * @throws RangeError when `low` is not below `high`.
   */
  constructor(env: Env<O>, { low = -1, high = 1 }: RescaleActionOptions = {}) {
    const inner = expectBox(env.actionSpace, `rescale actions of ${env.id}`);
    const outer = new Box(low, high, { shape: inner.shape, dtype: "float32" });
    for (let i = 0; i < inner.low.length; i++) {
      const [from, to] = [inner.low[i], inner.high[i]];
      if (!Number.isFinite(from) || !Number.isFinite(to)) {
        throw new TypeError(
          `Cannot rescale actions of ${env.id}: expected finite bounds inside, got [${from}, ${to}] at index ${i}`,
        );
      }
      if (Number.isFinite(outer.high[i] - outer.low[i]) && outer.low[i] < outer.high[i]) continue;
      throw new RangeError(
        `Cannot rescale actions of ${env.id}: expected finite low < high, got [${outer.low[i]}, ${
          outer.high[i]
        }] at index ${i}`,
      );
    }
    super(env, outer);
    this.#inner = inner;
    this.#outer = outer;
    this.#bounds = floatBounds(inner);
  }

  /** Between the bounds inside; what rounding leads beyond them is brought back. */
  protected override transform(action: ArrayLike<number>): ArrayLike<number> {
    const outer = this.#outer;
    const inner = this.#inner;
    const { low, high } = this.#bounds;
    return low.map((least, i) => {
      const share = (action[i] - outer.low[i]) / (outer.high[i] - outer.low[i]);
      const value = inner.low[i] + share * (inner.high[i] - inner.low[i]);
      return Math.min(Math.max(value, least), high[i]);
    });
  }
}
