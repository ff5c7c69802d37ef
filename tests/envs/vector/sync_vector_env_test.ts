import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  Box,
  type Env,
  make,
  type Observation,
  SyncVectorEnv,
  TimeLimit,
  TransformReward,
} from "../../../envs/mod.ts";
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
    "expected 2 x 2 numbers of actions in one flat list, got 3",
  );
  await assertRejects(() => vector.step(new Float32Array(4).fill(NaN)), RangeError, "got NaN");
  await vector.close();
  await assertRejects(() => vector.reset({ seeds: [1, 2] }), TypeError, "got a closed one");
});

Deno.test("a vector takes each environment once, and only such as have the same spaces", () => {
  const env = make<Float32Array>("CartPole-v1");
  const other = make<Float32Array>("CartPole-v1");
  const twice = (envs: Env<Float32Array>[], says: string) =>
    assertThrows(() => new SyncVectorEnv(envs), TypeError, `the same CartPole-v1 in numbers ${says};`);
  twice([env, env, env], "0 and 1");
  twice([env, other, env], "0 and 2");
  twice(
    [other, new TimeLimit(env, 5), new TransformReward(new TimeLimit(env, 9), (reward) => reward)],
    "1 and 2",
  );
  twice([new TimeLimit(env, 5), env], "0 and 1");
  new SyncVectorEnv([env, new TimeLimit(other, 5)]);

  const narrow = make<Float32Array>("Pendulum-v1");
  Object.defineProperty(narrow, "actionSpace", { value: new Box(-1, 1, { shape: [1] }) });
  const mixed: [Env<Observation>, Env<Observation>, string][] = [
    [
      env,
      make<Float32Array>("Pendulum-v1"),
      "observation space, got CartPole-v1 as number 0 and Pendulum-v1",
    ],
    [make<Float32Array>("Pendulum-v1"), env, "(float32 of shape [3] and float32 of shape [4])"],
    [make("CarRacing-v3"), make("CarRacing-v3", { continuous: false }), "the same action space"],
    [make<Float32Array>("Pendulum-v1"), narrow, "(float32 of shape [1], with different bounds)"],
  ];
  for (const [a, b, says] of mixed) assertThrows(() => new SyncVectorEnv([a, b]), TypeError, says);
});

Deno.test("a vector says how it is called to those who know Gymnasium's", async () => {
  const vector = new SyncVectorEnv(counters(2));
  const refused = (call: () => Promise<unknown>, says: string) => assertRejects(call, TypeError, says);
  type Wrong = Parameters<typeof vector.reset>[0];
  await refused(() => vector.reset(undefined as unknown as Wrong), "as in reset({ seeds: [0, 1] }), got no");
  await refused(() => vector.reset({ seed: 42 } as unknown as Wrong), "reset({ seeds: [42, 43] })");
  await refused(() => vector.reset({ seed: 2n } as unknown as Wrong), "got one: seed: 2n");
  await refused(() => vector.reset({ seedz: [1, 2] } as unknown as Wrong), 'did you mean "seeds"?');
  await assertRejects(() => vector.reset({ seeds: 3 } as unknown as Wrong), RangeError, "2 seeds, got 3");
  const bigints = { seeds: [1, 7n] } as unknown as Wrong;
  await refused(() => vector.reset(bigints), "the seed of number 1, got the bigint 7n; pass the number 7");
  await assertRejects(() => vector.reset({ seeds: [1, 2 ** 53] }), RangeError, "got 9007199254740992");

  await vector.reset({ seeds: [1, 2] });
  const step = (actions: unknown) => () => vector.step(actions as Float32Array);
  await refused(step([[0, 1], [1, 0]]), "got a list of lists; pass them as one: actions.flatMap(");
  await refused(step([Float32Array.of(0, 1), Float32Array.of(1, 0)]), "got a list of lists");
  await refused(step(3), "got the number 3");
  await refused(step(undefined), "got undefined");
  await refused(step([0, "1", 0, 0]), 'got "1" among them');
  await refused(step([0, 1n, 0, 0]), "got 1n among them");
  const alike = new SyncVectorEnv(counters(2));
  await alike.reset({ seeds: [1, 2] });
  const numbers = [0.5, 1, -0.5, 0];
  assertEquals(
    await vector.step(numbers as unknown as Float32Array),
    await alike.step(Float32Array.from(numbers)),
  );
});
