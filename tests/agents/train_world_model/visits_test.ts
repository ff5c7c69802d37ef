import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Replay, type Rollout } from "../../../worlds/experience.ts";
import { Visits } from "../../../agents/train_world_model/visits.ts";

/** One stream of two episodes, of three decisions and of two; latents of two dimensions, 1 apart around (10, -10). */
function rollout(): Rollout {
  const mu = Float32Array.from([9, -9, 11, -11, 9, -11, 11, -9, 10, -10]);
  return {
    streams: 1,
    decisions: 5,
    actionSize: 1,
    actions: Float32Array.of(-0.5, 0.5, 0, 0.25, 0),
    rewards: Float32Array.of(1, 2, 3, -1, 0),
    dones: new Float32Array(5),
    resets: Float32Array.of(1, 0, 0, 1, 0),
    seeds: new Int32Array(5),
    costs: new Float32Array(5),
    encodings: { mean: mu, other: new Float32Array(10) },
  };
}

const replay = new Replay({ newestShare: 0, ageDecay: 1 });
replay.add(rollout());

Deno.test("a decision that is older than any in the replay is counted, and left out of the return over its span", () => {
  const visits = new Visits(replay, "mean");
  assertEquals(visits.longest, 3);
  for (let age = 0; age < 5; age++) {
    for (const episode of [0, 1]) {
      visits.add({ row: 0, episode, age, action: Float32Array.of(0), reward: 1 + episode }, [10, -10]);
    }
  }
  assertEquals(visits.coverage().outside.age, 4);
  assertEquals(visits.returns, [3, 6]);
  assertEquals(visits.coverage(), {
    decisions: 10,
    outside: { age: 4, seen: 0, reward: 0, "action 0": 0 },
    unseen: 4,
  });
});

Deno.test("frames whose encodings lie far from all trained ones, unknown rewards and unknown actions count as unseen", () => {
  const visits = new Visits(replay, "mean");
  const add = (mu: number[], reward: number, action: number) =>
    visits.add({ row: 0, episode: 0, age: 0, action: Float32Array.of(action), reward }, mu);
  add([9, -9], 0, 0);
  add([20, -10], 0, 0);
  add([10, -10], 3.5, 0);
  add([10, -10], 0, -0.75);
  const { outside, unseen, decisions } = visits.coverage();
  assertEquals(outside, { age: 0, seen: 1, reward: 1, "action 0": 1 });
  assertAlmostEquals(unseen / decisions, 0.75);
});
