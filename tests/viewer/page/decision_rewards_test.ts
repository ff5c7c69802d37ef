import { assertEquals } from "@std/assert";
import { decisionRewards } from "../../../viewer/page/state/decision_rewards.ts";

Deno.test("a decision earns what its steps earn", () => {
  const rewards = Float64Array.of(1, 2, 4, 8, 16, 32, 64, 128);
  assertEquals([...decisionRewards({ rewards }, { from: 0, count: 2, frameSkip: 4 })], [15, 240]);
  assertEquals([...decisionRewards({ rewards }, { from: 0, count: 2, frameSkip: 3 })], [7, 56]);
  assertEquals([...decisionRewards({ rewards }, { from: 0, count: 2, frameSkip: 1 })], [1, 2]);
  assertEquals([...decisionRewards({ rewards }, { from: 1, count: 1, frameSkip: 4 })], [240]);
});
