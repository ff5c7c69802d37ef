import { assertEquals, assertThrows } from "@std/assert";
import { FrameSkip } from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

Deno.test("FrameSkip repeats the action, sums the rewards and draws once", () => {
  let drawn = 0;
  class Counted extends CounterEnv {
    override observe(target?: Uint8Array): Uint8Array {
      drawn += 1;
      return super.observe(target);
    }
  }
  const env = new FrameSkip(new Counted(), 4);
  const inner = new CounterEnv();
  env.reset({ seed: 1 });
  inner.reset({ seed: 1 });
  drawn = 0;
  const step = env.step([0.5, 0]);
  assertEquals(step.reward, 0.5 + 1 + 1.5 + 2);
  assertEquals(drawn, 1);
  assertEquals(step.info, { steps: 4 });
  for (let i = 0; i < 4; i++) inner.advance([0.5, 0]);
  assertEquals(step.observation, inner.observe());
});

Deno.test("FrameSkip stops where the episode ends", () => {
  const env = new FrameSkip(new CounterEnv({ limit: 2 }), 10);
  env.reset({ seed: 1 });
  const { reward, terminated, info } = env.step([1, 0]);
  assertEquals([reward, terminated, info.steps], [1 + 2 + 3, true, 3]);
});

Deno.test("FrameSkip with maxPool shows the larger bytes of the last two steps, drawing twice a step", () => {
  let drawn = 0;
  class Counted extends CounterEnv {
    override observe(target?: Uint8Array): Uint8Array {
      drawn += 1;
      return super.observe(target);
    }
  }
  const env = new FrameSkip(new Counted(), 3, { maxPool: true });
  const plain = new CounterEnv();
  plain.reset({ seed: 3 });
  assertEquals(env.reset({ seed: 3 }).observation, plain.observe());
  drawn = 0;
  const { observation, reward } = env.step([1, 0]);
  assertEquals(drawn, 2);
  const [, second, third] = [1, 2, 3].map(() => plain.step([1, 0]).observation);
  assertEquals(observation, second.map((byte, i) => Math.max(byte, third[i])));
  assertEquals(reward, 1 + 2 + 3);
  assertThrows(() => new FrameSkip(new CounterEnv(), 1, { maxPool: true }), RangeError, "integer >= 2");
});
