import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type Agent, MixedAgent, RandomAgent, SmoothNoise, SmoothRandomPolicy } from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";
import { Box } from "../../envs/spaces.ts";

const none = { observations: new Uint8Array(0), rewards: [] };

/** Mean, deviation and lag-1 correlation of a series. */
function moments(series: number[]): { mean: number; deviation: number; correlation: number } {
  const mean = series.reduce((a, b) => a + b) / series.length;
  const off = series.map((value) => value - mean);
  const variance = off.reduce((sum, value) => sum + value * value, 0) / series.length;
  const lagged = off.slice(1).reduce((sum, value, i) => sum + value * off[i], 0) / (series.length - 1);
  return { mean, deviation: Math.sqrt(variance), correlation: lagged / variance };
}

Deno.test("uniform actions stay in the space and repeat with the seed", async () => {
  const space = new Box([-1, 0, 0], [1, 1, 1]);
  const [first, second] = [1, 1].map((seed) => new RandomAgent(space, new RandomStream(seed)));
  first.reset(5);
  second.reset(5);
  const actions = await first.act();
  assertEquals(actions.length, 15);
  for (let row = 0; row < 5; row++) {
    assertEquals(space.explain(actions.slice(row * 3, row * 3 + 3)), undefined);
  }
  assertEquals(actions, await second.act());
});

Deno.test("smooth noise has the wanted mean, spread and correlation, from the first decision on", () => {
  const noise = new SmoothNoise(new RandomStream(4), { deviation: [0.5, 0.6], mean: [0, 0.25] });
  noise.reset(1);
  const series = Array.from({ length: 40_000 }, () => noise.next());
  const [steer, pedals] = [0, 1].map((a) => moments(series.map((values) => values[a])));
  assertAlmostEquals(steer.mean, 0, 0.03);
  assertAlmostEquals(steer.deviation, 0.5, 0.02);
  assertAlmostEquals(steer.correlation, 0.8, 0.02);
  assertAlmostEquals(pedals.mean, 0.25, 0.03);
  assertAlmostEquals(pedals.deviation, 0.6, 0.02);
  noise.reset(20_000);
  const firsts = noise.next();
  assertAlmostEquals(moments([...firsts].filter((_, i) => i % 2 === 0)).deviation, 0.5, 0.02);
});

Deno.test("resetting some rows leaves the others' noise as it goes", () => {
  const noise = new SmoothNoise(new RandomStream(4), { correlation: 0.999, deviation: [0.5, 0.6] });
  noise.reset(3);
  const before = noise.next();
  noise.reset(3, [1]);
  const after = noise.next();
  for (const row of [0, 2]) assert(Math.abs(after[row * 2] - before[row * 2]) < 0.15);
  assertNotEquals(after[2], before[2]);
  assertThrows(() => noise.reset(3, [3]), RangeError, "expected an index in [0, 3), got 3");
  assertThrows(() => noise.reset(4, [0]), RangeError, "expected a count of 3, got 4");
  assertThrows(
    () => new SmoothNoise(new RandomStream(1), { correlation: 1, deviation: [1] }),
    RangeError,
    "correlation",
  );
});

Deno.test("each row's noise is multiplied by its own scale", () => {
  const [one, twin] = [0, 0].map(() =>
    new SmoothNoise(new RandomStream(4), { deviation: [0.5, 0.6], mean: [0, 0.25] })
  );
  one.reset(3);
  twin.reset(3);
  const plain = [...twin.next()];
  assertEquals(
    [...one.next([0, 0.5, 2])],
    plain.map((value, i) => Math.fround([0, 0.5, 2][Math.floor(i / 2)] * value)),
  );
});

Deno.test("the smooth random policy keeps to [-1, 1] and leans on the gas", async () => {
  const policy = new SmoothRandomPolicy(new RandomStream(8), { deviation: [0.5, 0.6], mean: [0, 0.25] });
  policy.reset(4000);
  const actions = await policy.act();
  assert(actions.every((value) => value >= -1 && value <= 1));
  assertAlmostEquals(moments([...actions].filter((_, i) => i % 2 === 1)).mean, 0.22, 0.04);
});

Deno.test("the smooth random policy keeps to the limits that it is given", async () => {
  const policy = new SmoothRandomPolicy(new RandomStream(8), { deviation: [0.5, 0.3, 0.1], low: [-1, 0, 0] });
  policy.reset(1000);
  const actions = [...await policy.act()];
  assert(actions.some((value, i) => i % 3 === 0 && value < 0));
  assert(actions.every((value, i) => i % 3 === 0 || value >= 0));
});

class Constant implements Agent {
  readonly actionSize = 2;
  #count = 0;
  constructor(readonly value: number) {}
  reset(count: number): void {
    this.#count = count;
  }
  act(): Promise<Float32Array> {
    return Promise.resolve(new Float32Array(this.#count * 2).fill(this.value));
  }
}

Deno.test("a mixed agent draws an episode's driver once", async () => {
  const agent = new MixedAgent(new Constant(1), new Constant(9), {
    share: 0.25,
    random: new RandomStream(1),
  });
  agent.reset(2000);
  const actions = await agent.act(none);
  assertEquals(actions, await agent.act(none));
  assertAlmostEquals(actions.filter((value) => value === 9).length / 4000, 0.25, 0.03);
  for (let row = 0; row < 2000; row++) assertEquals(actions[row * 2], actions[row * 2 + 1]);
  agent.reset(2000, Array.from({ length: 1000 }, (_, row) => row));
  const later = await agent.act(none);
  assertEquals(later.slice(2000), actions.slice(2000));
  assertNotEquals(later.slice(0, 2000), actions.slice(0, 2000));
});
