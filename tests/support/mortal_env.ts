import type { Transition } from "../../envs/env.ts";
import { register } from "../../envs/registry.ts";
import { CounterEnv } from "./counter_env.ts";

/** A counter whose episode with seed 13 takes its whole thread down at the first step. */
class MortalEnv extends CounterEnv {
  override readonly id: string = "Mortal-v0";

  override advance(action: ArrayLike<number>): Transition {
    const silently = this.options.limit === 1;
    if (this.saveState()[2] === (13 * 37) % 256) {
      if (silently) (globalThis as unknown as { close(): void }).close();
      else {queueMicrotask(() => {
          throw new Error("heart attack");
        });}
    }
    return super.advance(action);
  }
}

register("Mortal-v0", {
  create: (options) => new MortalEnv(options),
  options: { limit: "1 dies without a word" },
});
