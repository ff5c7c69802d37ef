import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  envSpec,
  type EnvState,
  type Observation,
  register,
  registeredIds,
  WorkerVectorEnv,
} from "../../../envs/mod.ts";
import { workerModules } from "../../../envs/vector/worker_modules.ts";
import { drive, driveFrom, withVector } from "./support/vectors.ts";

const counters = { recipe: { id: "Counter-v0", options: { limit: 2, size: 6 } }, count: 4 };
const dice = { recipe: { id: "Dice-v0" }, count: 5 };
const modes = ["disabled", "nextStep", "sameStep"] as const;

for (const autoreset of modes) {
  Deno.test(`workers of any number give what one thread gives, to the bit: ${autoreset}`, async () => {
    for (const plan of [counters, dice]) {
      const run = (workers: number) =>
        withVector({ ...plan, autoreset, workers }, (vector) => driveFrom(vector, 7, 60));
      const expected = await run(0);
      for (const workers of [1, 2, 3]) assertEquals(await run(workers), expected, `${workers} workers`);
    }
  });
}

Deno.test("CarRacing's automatic episodes are the same over workers of any number", async () => {
  const recipe = { id: "CarRacing-v3", options: { domainRandomize: true, maxEpisodeSteps: 5 } };
  const run = (workers: number) =>
    withVector(
      { recipe, count: 3, autoreset: "sameStep", workers },
      (vector) => driveFrom(vector, 3, 13),
    );
  const expected = await run(0);
  for (const workers of [1, 2, 3]) assertEquals(await run(workers), expected, `${workers} workers`);
});

Deno.test("every environment gives the same in one thread and over workers, also from a state", async () => {
  for (const id of registeredIds()) {
    const options = { maxEpisodeSteps: 4 };
    const plan = { recipe: { id, options }, count: 2, autoreset: "nextStep" } as const;
    const [expected, states] = await withVector<Observation, [unknown[], EnvState[]]>(
      { ...plan, workers: 0 },
      async (vector) => {
        await vector.reset({ seeds: [1, 2] });
        await drive(vector, 2, new RandomStream(1));
        const states = await vector.getState();
        return [await drive(vector, 6, new RandomStream(2)), states];
      },
    );
    await withVector<Observation, void>({ ...plan, workers: 2 }, async (vector) => {
      await vector.setState(states);
      assertEquals(await drive(vector, 6, new RandomStream(2)), expected, id);
    });
  }
});

Deno.test("an info that its environment changes and hands out again arrives as it is now", async () => {
  const plan = { recipe: { id: "Dice-v0", options: { fault: "sameInfo" } }, count: 2 };
  for (const workers of [0, 1]) {
    await withVector<Float32Array, void>({ ...plan, workers }, async (vector) => {
      await vector.reset({ seeds: [1, 2] });
      for (const steps of [1, 2]) {
        const { infos } = await vector.step(new Float32Array(2));
        assertEquals([infos[0].steps, infos[1].steps], [steps, steps]);
      }
    });
  }
});

Deno.test("a recipe's wrappers are built in the workers", async () => {
  const recipe = { id: "Counter-v0", options: { limit: 2, size: 96 }, frameSkip: 2, agentView: true };
  const run = (workers: number) =>
    withVector({ recipe, count: 3, workers }, (vector) => driveFrom(vector, 1, 10));
  assertEquals(await run(2), await run(0));
});

Deno.test("the results of a step stay as they are while the next one runs", async () => {
  await withVector<Float32Array, void>({ ...dice, workers: 2, autoreset: "nextStep" }, async (vector) => {
    await vector.reset({ seeds: [1, 2, 3, 4, 5] });
    const first = await vector.step(new Float32Array(5));
    const kept = first.observations.slice();
    const pending = vector.step(new Float32Array(5).fill(0.5));
    assertEquals(first.observations.slice(), kept);
    const second = await pending;
    assertEquals(first.observations.slice(), kept);
    assert(second.observations !== first.observations);
    assertStrictEquals((await vector.step(new Float32Array(5))).observations, first.observations);
  });
});

Deno.test("a caller's mistake rejects alike over workers, and the vector goes on", async () => {
  const plan = { recipe: { id: "Counter-v0" }, count: 3 };
  for (const workers of [0, 2]) {
    await withVector({ ...plan, workers }, async (vector) => {
      await assertRejects(() => vector.step(new Float32Array(6)), TypeError, "got none for number 0");
      await assertRejects(
        () => vector.reset({ seeds: [1, -2, 3] }),
        RangeError,
        "Cannot reset 3 x Counter-v0: expected an integer in 0 .. 2 ** 53 - 1 as the seed of number 1, got -2",
      );
      await assertRejects(() => vector.step(new Float32Array(6)), TypeError, "got none for number 0");
      await vector.reset({ seeds: [1, 2, 3] });
      await assertRejects(
        () => vector.step(Float32Array.of(0, 0, 0, NaN, 0, 0)),
        RangeError,
        "Cannot step Counter-v0: expected finite numbers, got NaN in the action of number 1",
      );
      await assertRejects(
        () => vector.step(new Float32Array(5)),
        RangeError,
        "3 x 2 numbers of actions in one flat list, got 5",
      );
      const first = vector.step(new Float32Array(6));
      await assertRejects(() => vector.step(new Float32Array(6)), TypeError, "one call at a time");
      assertEquals([...(await first).rewards], [0, 0, 0]);
      await vector.close();
      await assertRejects(() => vector.step(new Float32Array(6)), TypeError, "got a closed one");
      await assertRejects(() => vector.getState(), TypeError, "got a closed one");
    });
  }
});

Deno.test("closing ends a call under way, and a module that fails to load is reported", async () => {
  const recipe = { id: "Counter-v0" };
  const vector = new WorkerVectorEnv(recipe, { count: 1 });
  const pending = assertRejects(() => vector.reset({ seeds: [1] }), TypeError, "got a closed one");
  await vector.close();
  await pending;
  const broken = new WorkerVectorEnv(recipe, {
    count: 1,
    modules: ["data:text/javascript,throw new RangeError('no')"],
  });
  await assertRejects(() => broken.reset({ seeds: [1] }), RangeError, "no");
  await assertRejects(() => broken.reset({ seeds: [1] }), RangeError, "no");
  await broken.close();
  const missing = new WorkerVectorEnv(recipe, { count: 1, modules: [import.meta.resolve("./nowhere.ts")] });
  await assertRejects(() => missing.reset({ seeds: [1] }), TypeError, "nowhere.ts");
  await missing.close();
  assertThrows(() => new WorkerVectorEnv(recipe, { count: 0 }), RangeError, "integer > 0 of count, got 0");
  assertThrows(() => new WorkerVectorEnv(recipe, { count: 1, patience: 0 }), RangeError, "patience, got 0");
});

Deno.test("workers know where an environment was registered, or say what to pass", async () => {
  const modules = [import.meta.resolve("./support/dice_env.ts")];
  for (const given of [undefined, modules, [new URL(modules[0])], [new URL(modules[0]).pathname]]) {
    assertEquals(workerModules("Dice-v0", given), modules);
  }
  const refuse = (given: unknown, says: string) =>
    assertThrows(() => workerModules("Dice-v0", given as string[]), TypeError, says);
  for (const path of ["./support/dice_env.ts", "dice_env.ts", 3]) refuse([path], "import.meta.resolve");
  refuse(modules[0], "expected a list of URLs");
  register("HereAlone-v0", envSpec("Dice-v0"));
  assertThrows(
    () => new WorkerVectorEnv({ id: "HereAlone-v0" }, { count: 1 }),
    TypeError,
    "a module other than the main one to register it",
  );
  const vector = new WorkerVectorEnv({ id: "HereAlone-v0" }, { count: 1, modules });
  await assertRejects(() => vector.reset({ seeds: [1] }), RangeError, "expected a module that registers it");
  await vector.close();
});
