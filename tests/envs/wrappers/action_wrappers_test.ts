import { assertThrows } from "@std/assert";
import type { Env } from "../../../envs/env.ts";
import { Box, Discrete } from "../../../envs/spaces.ts";
import { ClipAction, RescaleAction } from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

Deno.test("ClipAction and RescaleAction keep float32 actions within bounds that are no float32", () => {
  class Narrow extends CounterEnv {
    override readonly actionSpace = new Box([-0.1, 0.1], [0.7, 0.3]);
  }
  const [clipped, rescaled] = [new ClipAction(new Narrow()), new RescaleAction(new Narrow())];
  for (const env of [clipped, rescaled]) env.reset({ seed: 1 });
  for (const action of [[-1, -1], [1, 1], [1, -1], [0.5, 0.2]]) {
    clipped.step(action.map((value) => value * 1e6));
    rescaled.step(action);
  }
  assertThrows(() => clipped.step([NaN, 0]), TypeError, "Cannot step Counter-v0");
  assertThrows(() => rescaled.step([1.1, 0]), TypeError, "expected a number in [-1, 1]");
  for (const bounds of [{ low: 1 }, { high: Infinity }]) {
    assertThrows(() => new RescaleAction(new Narrow(), bounds), RangeError, "Cannot rescale actions");
  }
  const discrete = Object.assign(new CounterEnv(), { actionSpace: new Discrete(3) }) as unknown as Env;
  assertThrows(() => new ClipAction(discrete), TypeError, "expected a Box, got Discrete");
  assertThrows(() => new RescaleAction(new ClipAction(new CounterEnv())), TypeError, "finite bounds inside");
});
