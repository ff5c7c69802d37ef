import { assertEquals, assertThrows } from "@std/assert";
import { FrameSkip, isRedrawable, TimeLimit, Wrapper } from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

Deno.test("TimeLimit truncates at its last step, and a step after it is an error", () => {
  const env = new TimeLimit(new CounterEnv(), 3);
  assertThrows(() => env.step([0, 0]), TypeError, "step before the first reset");
  for (let episode = 0; episode < 2; episode++) {
    env.reset({ seed: 1 });
    assertEquals([1, 2, 3].map(() => env.step([0, 0]).truncated), [false, false, true]);
    assertThrows(() => env.advance([0, 0]), TypeError, "step after the end of the episode");
  }
});

Deno.test("wrappers refuse numbers that are no counts", () => {
  for (const count of [0, -1, 1.5, NaN]) {
    assertThrows(() => new TimeLimit(new CounterEnv(), count), RangeError, `got ${count}`);
    assertThrows(() => new FrameSkip(new CounterEnv(), count), RangeError, `got ${count}`);
  }
});

Deno.test("a wrapper is redrawable where its inside is", () => {
  assertEquals(isRedrawable(new Wrapper(new CounterEnv())), true);
  const plain = new Wrapper(Object.assign(new CounterEnv(), { stateSize: 0 }));
  assertEquals(isRedrawable(plain), false);
  assertThrows(() => plain.saveState(), TypeError, "Cannot redraw Counter-v0");
});
