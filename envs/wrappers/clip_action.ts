import type { Env, Observation } from "../env.ts";
import { Box } from "../spaces.ts";
import { ActionWrapper } from "./action_wrapper.ts";
import { expectBox } from "./expect_space.ts";
import { floatBounds } from "./float_bounds.ts";

/** Takes any numbers as actions and clips them to the bounds inside (Gymnasium's `ClipAction`). */
export class ClipAction<O extends Observation = Uint8Array> extends ActionWrapper<O> {
  readonly #bounds: { low: Float32Array; high: Float32Array };

  /** Goes around `env`. @throws TypeError when its actions are no Box. */
  constructor(env: Env<O>) {
    const inner = expectBox(env.actionSpace, `clip actions of ${env.id}`);
    super(env, new Box(-Infinity, Infinity, { shape: inner.shape, dtype: inner.dtype }));
    this.#bounds = floatBounds(inner);
  }

  /** Each number between its bounds. */
  protected override transform(action: ArrayLike<number>): ArrayLike<number> {
    const { low, high } = this.#bounds;
    return low.map((least, i) => Math.min(Math.max(action[i], least), high[i]));
  }
}
