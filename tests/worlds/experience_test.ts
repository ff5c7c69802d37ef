import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { gatherSequences, Replay, type Rollout } from "../../worlds/experience.ts";
import { RandomStream } from "../../core/mod.ts";

/** A rollout whose actions say where they stand: `100 t + 10 n + a`. */
function rollout(streams: number, decisions: number): Rollout {
  const places = streams * decisions;
  const actions = new Float32Array(places * 2);
  for (let t = 0; t < decisions; t++) {
    for (let n = 0; n < streams; n++) {
      for (const a of [0, 1]) actions[(t * streams + n) * 2 + a] = 100 * t + 10 * n + a;
    }
  }
  const zeros = () => new Float32Array(places);
  return {
    streams,
    decisions,
    actionSize: 2,
    actions,
    rewards: zeros(),
    dones: zeros(),
    resets: zeros(),
    costs: zeros(),
    seeds: new Int32Array(places),
  };
}

Deno.test("Replay.draw() gives places with room for the sequence, and the newest rollout its share", () => {
  const replay = new Replay({ newestShare: 0.2, ageDecay: 0.5 });
  const rollouts = [rollout(3, 20), rollout(3, 20), rollout(3, 20)];
  rollouts.forEach((one) => replay.add(one));
  assertEquals(replay.decisions, 180);
  const places = replay.draw(20_000, 8, new RandomStream(1));
  assert(places.every(({ t, n }) => t >= 0 && t <= 12 && n >= 0 && n < 3));
  assert(places.some(({ t }) => t === 0) && places.some(({ t }) => t === 12));
  const shares = rollouts.map((one) => places.filter((place) => place.rollout === one).length / 20_000);
  // A fifth to the newest; the rest by 1/4 : 1/2 : 1.
  assertAlmostEquals(shares[0], 0.8 / 7, 0.01);
  assertAlmostEquals(shares[1], 0.8 * 2 / 7, 0.01);
  assertAlmostEquals(shares[2], 0.2 + 0.8 * 4 / 7, 0.015);
});

Deno.test("Replay.draw() depends on the stream alone, and refuses sequences that no rollout holds", () => {
  const replay = new Replay({ newestShare: 0.5, ageDecay: 1 });
  assertThrows(() => replay.draw(1, 1, new RandomStream(1)), RangeError, "no rollout");
  replay.add(rollout(2, 5));
  const draw = () => replay.draw(10, 3, new RandomStream(4)).map(({ t, n }) => [t, n]);
  assertEquals(draw(), draw());
  assertThrows(() => replay.draw(1, 6, new RandomStream(1)), RangeError, "sequences of 6 decisions");
});

Deno.test("Replay.drawNearFailures() draws from 16 decisions before to 8 after the road was left, in that episode alone", () => {
  const replay = new Replay({ newestShare: 0, ageDecay: 1 });
  const one = rollout(2, 60);
  const at = (t: number, n: number) => t * 2 + n;
  one.resets[at(0, 0)] = one.resets[at(0, 1)] = 1;
  one.costs.fill(0.5); // two wheels off: no failure
  for (const t of [30, 31, 32]) one.costs[at(t, 1)] = 1;
  one.resets[at(20, 1)] = 1; // the failing episode began at 20
  one.resets[at(35, 1)] = 1; // and was over at 34
  replay.add(rollout(2, 60)); // nothing fails there
  replay.add(one);
  const places = replay.drawNearFailures(2000, 1, new RandomStream(1));
  assert(places.every(({ rollout, n }) => rollout === one && n === 1));
  const seen = [...new Set(places.map(({ t }) => t))].sort((a, b) => a - b);
  assertEquals(seen, Array.from({ length: 15 }, (_, i) => 20 + i));
});

Deno.test("Replay.drawNearFailures() draws a failure the more often, the more was earned on the way to it", () => {
  const replay = new Replay({ newestShare: 0, ageDecay: 1 });
  const one = rollout(2, 60);
  one.resets.fill(1, 0, 2);
  one.costs[30 * 2] = one.costs[30 * 2 + 1] = 1;
  for (let t = 0; t < 60; t++) one.rewards[t * 2 + 1] = 4;
  replay.add(one);
  const places = replay.drawNearFailures(6500, 1, new RandomStream(1));
  // 1 beside 1 + 16 * 4.
  assertAlmostEquals(places.filter(({ n }) => n === 0).length / 6500, 1 / 66, 0.005);
});

Deno.test("Replay.drawNearFailures() draws sequences that hold a place near a failure, and fit into the rollout", () => {
  const replay = new Replay({ newestShare: 0, ageDecay: 1 });
  const one = rollout(1, 60);
  one.resets[0] = 1;
  one.costs[58] = 1;
  replay.add(one);
  replay.add(rollout(1, 9)); // too short
  const begins = replay.drawNearFailures(2000, 10, new RandomStream(1)).map(({ t }) => t);
  // The places are 42 to 59.
  assertEquals([Math.min(...begins), Math.max(...begins)], [33, 50]);
  assertThrows(() => replay.drawNearFailures(1, 61, new RandomStream(1)), RangeError, "sequences of 61");
});

Deno.test("Replay.drawNearFailures() draws from everywhere while nothing has failed", () => {
  const replay = new Replay({ newestShare: 0, ageDecay: 1 });
  replay.add(rollout(3, 20));
  const places = replay.drawNearFailures(500, 1, new RandomStream(1));
  assertEquals(new Set(places.map(({ t, n }) => 3 * t + n)).size, 60);
});

Deno.test("gatherSequences() reads each place's own stream, time first", () => {
  const one = rollout(3, 6), other = rollout(2, 4);
  const places = [{ rollout: one, t: 2, n: 1 }, { rollout: other, t: 0, n: 0 }];
  const actions = gatherSequences(places, ({ actions }) => actions, { length: 3, size: 2 });
  assertEquals([...actions], [210, 211, 0, 1, 310, 311, 100, 101, 410, 411, 200, 201]);
});
