import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Info } from "../../envs/env.ts";
import { type Agent, evaluate, type Seen } from "../../agents/mod.ts";
import { CountingVectorEnv } from "./support/counting_vector_env.ts";

/** Acts 1, 2, 3, ... since its row was reset, in the first number; is shown what that earned, and at first 0. */
class CountingAgent implements Agent {
  readonly actionSize = 3;
  decisions: number[] = [];
  reset(count: number, indices?: ArrayLike<number>): void {
    if (!indices) this.decisions = new Array(count).fill(0);
    else for (const row of Array.from(indices)) this.decisions[row] = 0;
  }
  act({ observations, rewards }: Seen): Promise<Float32Array> {
    const actions = new Float32Array(this.decisions.length * 3);
    this.decisions.forEach((_, row) => {
      const [seed, step] = observations.slice(row * 6);
      assertEquals(step <= this.decisions[row], true); // resting rows fall behind
      if (step === this.decisions[row]) assertEquals(rewards[row], step === 0 ? 0 : seed + step);
      actions[row * 3] = ++this.decisions[row];
    });
    return Promise.resolve(actions);
  }
}

const lengths = (seed: number) => 2 + seed % 4;
/** The return of a seed: its length times the seed, plus 1 + 2 + ... */
const wanted = (seed: number) => lengths(seed) * seed + lengths(seed) * (lengths(seed) + 1) / 2;
const seeds = [5, 2, 9, 4, 7, 3, 8];

for (const count of [1, 2, 3, 7]) {
  Deno.test(`every seed is driven once, alike in ${count} environments`, async () => {
    const env = new CountingVectorEnv({ count, lengths });
    const finished: number[] = [];
    const { episodes, mean, deviation, length, failures } = await evaluate(new CountingAgent(), env, {
      seeds,
      onEpisode: (_, done) => finished.push(done),
    });
    assertEquals(episodes.map((episode) => episode.seed), seeds);
    assertEquals(episodes.map((episode) => episode.return), seeds.map(wanted));
    assertEquals(episodes.map((episode) => episode.terminated), seeds.map((seed) => seed % 2 === 0));
    const average = seeds.map(wanted).reduce((a, b) => a + b) / 7;
    assertAlmostEquals(mean, average);
    const variance = seeds.map((seed) => (wanted(seed) - average) ** 2).reduce((a, b) => a + b) / 6;
    assertAlmostEquals(deviation, Math.sqrt(variance));
    assertAlmostEquals(length, seeds.map(lengths).reduce((a, b) => a + b) / 7);
    assertEquals(failures, undefined);
    assertEquals(finished, [1, 2, 3, 4, 5, 6, 7]);
    assertEquals(env.resets[0].length, count);
    assertEquals(env.resets.slice(1).flat().length, 7 - count);
  });
}

Deno.test("failures are the share of decisions at full cost", async () => {
  const wheels = (seed: number, step: number) => seed === 2 && step >= 3 ? 0 : step === 1 ? 1 : 4;
  const env = new CountingVectorEnv({ count: 2, lengths, wheels });
  const cost = { name: "off", of: ({ wheelsOnTrack }: Info) => 1 - Number(wheelsOnTrack) / 4 };
  const { episodes, failures } = await evaluate(new CountingAgent(), env, { seeds: [2, 3, 4], cost });
  assertEquals(episodes.map((episode) => episode.failures), [0.5, 0, 0]); // 2 of 4 decisions
  assertAlmostEquals(failures!, 2 / 11);
});

Deno.test("episodes are cut at maxDecisions", async () => {
  const env = new CountingVectorEnv({ count: 2, lengths: () => 100 });
  const { episodes } = await evaluate(new CountingAgent(), env, { seeds: [1, 2, 3], maxDecisions: 6 });
  assertEquals(episodes.map((episode) => [episode.length, episode.terminated]), [[6, false], [6, false], [
    6,
    false,
  ]]);
});

Deno.test("episodes are cut when nothing is earned for too long", async () => {
  /** Loses 9 in its third decision and from the seventh on, else nothing. */
  const spender: Agent = {
    actionSize: 1,
    reset() {},
    act: ({ observations }) => {
      const steps = Array.from({ length: observations.length / 6 }, (_, row) => observations[row * 6 + 1]);
      return Promise.resolve(Float32Array.from(steps, (step) => step === 2 || step >= 6 ? -9 : 0));
    },
  };
  const env = new CountingVectorEnv({ count: 2, lengths: () => 100 });
  const { episodes } = await evaluate(spender, env, { seeds: [1, 9, 2], patience: 4 });
  assertEquals(episodes.map(({ length, terminated }) => [length, terminated]), [[10, false], [10, false], [
    10,
    false,
  ]]);
});

Deno.test("more environments than seeds are refused", async () => {
  const env = new CountingVectorEnv({ count: 3, lengths });
  await assertRejects(() => evaluate(new CountingAgent(), env, { seeds: [1] }), RangeError, "got 1");
});
