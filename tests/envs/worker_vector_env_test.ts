import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RandomStream } from "../../core/random_stream.ts";
import {
  type EnvRecipe,
  makeFromRecipe,
  SyncVectorEnv,
  type VectorEnv,
  WorkerVectorEnv,
} from "../../envs/mod.ts";
import "../support/mortal_env.ts";

const modules = [new URL("../support/mortal_env.ts", import.meta.url).href];

/** Drives a vector with seeded noise, restarting what finished, and keeps a copy of everything it gave. */
async function drive(vector: VectorEnv, steps: number): Promise<unknown[]> {
  const random = new RandomStream(3);
  const log: unknown[] = [];
  let seed = 100;
  const seeds = () => seed++;
  const start = await vector.reset({ seeds: Array.from({ length: vector.count }, seeds) });
  log.push({ observations: await digest(start.observations), infos: structuredClone(start.infos) });
  for (let step = 0; step < steps; step++) {
    const rows = Array.from({ length: vector.count }, () => [...vector.actionSpace.sample(random)]);
    const { observations, rewards, terminated, truncated, infos } = await vector.step(
      Float32Array.from(rows.flat()),
    );
    log.push({
      observations: await digest(observations),
      rewards: rewards.slice(),
      flags: [...terminated, ...truncated],
      infos: structuredClone(infos),
    });
    const indices = [...terminated.keys()].filter((i) => terminated[i] && random.uniform() < 0.5);
    if (indices.length > 0) await vector.reset({ seeds: indices.map(seeds), indices });
  }
  return log;
}

/** Pictures as text that a failing comparison can show. */
async function digest(pictures: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", pictures.slice())).toHex();
}

async function assertSameOverWorkers(recipe: EnvRecipe, count: number, steps: number): Promise<void> {
  const sync = new SyncVectorEnv(Array.from({ length: count }, () => makeFromRecipe(recipe)));
  const expected = await drive(sync, steps);
  await sync.close();
  for (const workers of [1, 2]) {
    const vector = new WorkerVectorEnv(recipe, { count, workers, modules });
    try {
      assertEquals(await drive(vector, steps), expected);
    } finally {
      await vector.close();
    }
  }
}

Deno.test("workers give what one thread gives, to the bit", async () => {
  await assertSameOverWorkers(
    { id: "Counter-v0", options: { limit: 2, size: 96 }, frameSkip: 2, cropResize: true },
    5,
    40,
  );
});

Deno.test("a caller's mistake rejects alike over workers, and the vector goes on", async () => {
  const vector = new WorkerVectorEnv({ id: "Counter-v0" }, { count: 3, workers: 2, modules });
  try {
    await assertRejects(() => vector.step(new Float32Array(6)), TypeError, "got none for number 0");
    await assertRejects(
      () => vector.reset({ seeds: [1, -2, 3] }),
      RangeError,
      "Cannot reset Counter-v0: expected a seed >= 0",
    );
    await vector.reset({ seeds: [1, 2, 3] });
    await assertRejects(
      () => vector.step(new Float32Array(6).fill(NaN)),
      RangeError,
      "Cannot step Counter-v0",
    );
    await assertRejects(
      () => vector.step(new Float32Array(5)),
      RangeError,
      "3 x 2 numbers of actions, got 5",
    );
    const first = vector.step(new Float32Array(6));
    await assertRejects(() => vector.step(new Float32Array(6)), TypeError, "one call at a time");
    assertEquals([...(await first).rewards], [0, 0, 0]);
  } finally {
    await vector.close();
  }
  await assertRejects(() => vector.step(new Float32Array(6)), TypeError, "got a closed one");
});

Deno.test("a worker that dies ends the call, and each later one, with its reason", async () => {
  const vector = new WorkerVectorEnv({ id: "Mortal-v0" }, { count: 4, workers: 2, modules });
  try {
    await vector.reset({ seeds: [1, 2, 13, 4] });
    // The microtask may run after the answer is sent: the death shows in this call or in the next one.
    await assertRejects(
      async () => {
        for (let i = 0; i < 100; i++) await vector.step(new Float32Array(8));
      },
      Error,
      "Cannot go on with worker 1 of Mortal-v0: it died of",
    );
    await assertRejects(() => vector.step(new Float32Array(8)), Error, "worker 1 of Mortal-v0");
  } finally {
    await vector.close();
  }
});

Deno.test("a worker that falls silent is given up", async () => {
  const vector = new WorkerVectorEnv({ id: "Mortal-v0", options: { limit: 1 } }, {
    count: 2,
    workers: 2,
    modules,
    patience: 1500,
  });
  try {
    await vector.reset({ seeds: [1, 13] });
    await assertRejects(
      async () => {
        for (let i = 0; i < 100; i++) await vector.step(new Float32Array(4));
      },
      Error,
      'worker 1 of Mortal-v0: expected an answer to "step" within 1500 ms, got none',
    );
  } finally {
    await vector.close();
  }
});

Deno.test("closing ends a call under way, and a module that fails to load is reported", async () => {
  const vector = new WorkerVectorEnv({ id: "Counter-v0" }, { count: 1, modules });
  const pending = vector.reset({ seeds: [1] });
  await vector.close();
  await assertRejects(() => pending, TypeError, "got a closed one");
  const broken = new WorkerVectorEnv({ id: "Counter-v0" }, {
    count: 1,
    modules: ["data:text/javascript,throw new RangeError('no')"],
  });
  await assertRejects(() => broken.reset({ seeds: [1] }), RangeError, "no");
  await broken.close();
  assertThrows(
    () => new WorkerVectorEnv({ id: "Counter-v0" }, { count: 0 }),
    RangeError,
    "integer > 0 of count, got 0",
  );
});
