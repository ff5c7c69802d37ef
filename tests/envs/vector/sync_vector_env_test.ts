import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { make, SyncVectorEnv } from "../../../envs/mod.ts";
import "../../support/counter_env.ts";

const counters = (count: number) => Array.from({ length: count }, () => make("Counter-v0", { limit: 3 }));

Deno.test("SyncVectorEnv gives what each environment gives alone", async () => {
  const vector = new SyncVectorEnv(counters(3));
  const alone = counters(3);
  const random = new RandomStream(1);
  await vector.reset({ seeds: [5, 6, 7] });
  alone.forEach((env, i) => env.reset({ seed: 5 + i }));
  for (let step = 0; step < 5; step++) {
    const actions = Float32Array.from({ length: 6 }, (_, i) => random.uniform(i % 2 - 1, 0.5));
    const result = await vector.step(actions);
    alone.forEach((env, i) => {
      const { observation, reward, terminated, info } = env.step(actions.subarray(2 * i, 2 * i + 2));
      assertEquals(result.observations.slice(i * 192, (i + 1) * 192), observation);
      assertEquals([result.rewards[i], result.terminated[i], result.infos[i]], [
        reward,
        Number(terminated),
        info,
      ]);
    });
  }
});

Deno.test("a finished environment rests until it is reset by its index", async () => {
  const vector = new SyncVectorEnv(counters(2));
  await vector.reset({ seeds: [1, 2] });
  const actions = Float32Array.of(1, 0, 0.1, 0);
  for (let step = 0; step < 4; step++) await vector.step(actions);
  let result = await vector.step(actions);
  assertEquals([...result.terminated], [1, 0]);
  const last = result.observations.slice(0, 192);
  result = await vector.step(actions);
  assertEquals([result.rewards[0], result.terminated[0], result.infos[0]], [0, 1, { steps: 4 }]);
  assertEquals(result.observations.slice(0, 192), last);
  const other = result.observations.slice(192);
  const { observations } = await vector.reset({ seeds: [9], indices: [0] });
  assertEquals(observations.slice(0, 192), make("Counter-v0").reset({ seed: 9 }).observation);
  assertEquals(observations.slice(192), other);
  result = await vector.step(actions);
  assertEquals([result.infos[0], result.infos[1], result.terminated[0]], [{ steps: 1 }, { steps: 7 }, 0]);
});

Deno.test("the buffers of a vector are reused", async () => {
  const vector = new SyncVectorEnv(counters(2));
  const { observations } = await vector.reset({ seeds: [1, 2] });
  const first = await vector.step(new Float32Array(4));
  const second = await vector.step(new Float32Array(4));
  assert(first === second && first.observations === observations);
});

Deno.test("a vector says what is wrong with a call", async () => {
  assertThrows(() => new SyncVectorEnv([]), RangeError, "at least 1 environment");
  const vector = new SyncVectorEnv(counters(2));
  await assertRejects(() => vector.step(new Float32Array(4)), TypeError, "got none for number 0");
  await assertRejects(() => vector.reset({ seeds: [1] }), RangeError, "expected 2 seeds, got 1");
  await assertRejects(
    () => vector.reset({ seeds: [1], indices: [2] }),
    RangeError,
    "different indices in [0, 1], got [2]",
  );
  await assertRejects(() => vector.reset({ seeds: [1, 2], indices: [1, 1] }), RangeError, "got [1, 1]");
  await vector.reset({ seeds: [1], indices: [0] });
  await assertRejects(() => vector.step(new Float32Array(4)), TypeError, "got none for number 1");
  await vector.reset({ seeds: [1, 2] });
  await assertRejects(
    () => vector.step(new Float32Array(3)),
    RangeError,
    "expected 2 x 2 numbers of actions, got 3",
  );
  await assertRejects(() => vector.step(new Float32Array(4).fill(NaN)), RangeError, "got NaN");
  await vector.close();
  await assertRejects(() => vector.reset({ seeds: [1, 2] }), TypeError, "got a closed one");
});
