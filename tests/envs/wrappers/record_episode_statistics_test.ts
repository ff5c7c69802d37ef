import { assertEquals, assertThrows } from "@std/assert";
import { RecordEpisodeStatistics, TimeLimit } from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

Deno.test("RecordEpisodeStatistics tells times by the clock it is given, and goes on counting from a state", () => {
  let now = 5000;
  const build = () =>
    new RecordEpisodeStatistics(new TimeLimit(new CounterEnv(), 3), {
      statsKey: "whole",
      bufferLength: 2,
      clock: () => now += 250,
    });
  const env = build();
  env.reset({ seed: 1 });
  env.step([1, 0]);
  const state = env.getState();
  assertEquals(env.step([1, 0]).info.whole, undefined);
  assertEquals(env.step([1, 0]).info.whole, { r: 6, l: 3, t: 0.5 });
  const other = build();
  now += 1e6;
  other.setState(state);
  other.step([1, 0]);
  assertEquals(other.step([1, 0]).info.whole, { r: 6, l: 3, t: 0.5 });
  for (let episode = 0; episode < 3; episode++) {
    other.reset();
    while (!other.step([0, 0]).truncated);
  }
  assertEquals([other.returnQueue, other.lengthQueue, other.timeQueue], [[0, 0], [3, 3], [0.25, 0.25]]);
  assertEquals(other.episodeCount, 4);
  const twice = new RecordEpisodeStatistics(env, { statsKey: "whole" });
  twice.reset();
  twice.step([0, 0]);
  twice.step([0, 0]);
  assertThrows(() => twice.step([0, 0]), TypeError, `expected no "whole" in the info`);
  assertThrows(() => new RecordEpisodeStatistics(env, { bufferLength: 0 }), RangeError, "got 0");
});
