import { assertEquals } from "@std/assert";
import { decisionRewards } from "../../../viewer/page/latents/decision_rewards.ts";

Deno.test("a decision earns what the steps did that it was held for; steps after the last are left out", () => {
  const rewards = [1, 2, 3, 4, 5];
  assertEquals([...decisionRewards(rewards, { frameSkip: 2, count: 2 })], [3, 7]);
  assertEquals([...decisionRewards(rewards, { frameSkip: 1, count: 5 })], rewards);
  assertEquals([...decisionRewards([], { frameSkip: 4, count: 0 })], []);
});
