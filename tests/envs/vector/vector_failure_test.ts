import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type VectorEnv, VectorEnvError } from "../../../envs/mod.ts";
import type { DiceFault } from "./support/dice_env.ts";
import { makeVector, withVector } from "./support/vectors.ts";

const SEEDS = [10, 11, 12, 13];

function plan(fault: DiceFault, workers: number, step = 2) {
  return { recipe: { id: "Dice-v0", options: { fault, step } }, count: 4, workers, patience: 700 };
}

/** Steps until the vector fails, and makes sure that it stays failed and can be closed. */
async function failure(vector: VectorEnv<Float32Array>): Promise<VectorEnvError> {
  await vector.reset({ seeds: SEEDS });
  await vector.step(new Float32Array(4));
  const error = await assertRejects(() => vector.step(new Float32Array(4)), VectorEnvError);
  for (
    const call of [
      () => vector.step(new Float32Array(4)),
      () => vector.reset({ seeds: SEEDS }),
      () => vector.getState(),
    ]
  ) assertStrictEquals(await assertRejects(call), error);
  await vector.close();
  return error;
}

const half = { worker: 1, indices: [2, 3], seeds: [12, 13] };

Deno.test("an environment that throws ends the vector with its error, in one thread and over workers", async () => {
  const alone = await failure(makeVector(plan("throw", 0)));
  assertEquals(alone.loss, { worker: undefined, indices: [0, 1, 2, 3], seeds: SEEDS, atWork: 3 });
  const error = await failure(makeVector(plan("throw", 2)));
  assertEquals(error.loss, { ...half, atWork: 3 });
  assertEquals(
    error.message,
    'Cannot continue with 4 x Dice-v0: an environment threw "the die rolled off the table", at work on number 3 ' +
      "(lost: numbers 2, 3 with seeds 12, 13)",
  );
  for (const { cause } of [alone, error]) {
    assert(cause instanceof RangeError && cause.stack!.includes("dice_env.ts"), `${cause}`);
  }
});

Deno.test("a worker that dies of an error outside of the call is reported", async () => {
  const error = await failure(makeVector(plan("microtask", 2)));
  assertEquals(error.loss, { ...half, atWork: undefined });
  assert(error.message.includes('its worker crashed with "heart attack"'), error.message);
});

for (const [fault, code] of [["exit", 3], ["close", 0]] as const) {
  Deno.test(`a worker whose environment calls ${fault}() is reported`, async () => {
    const error = await failure(makeVector(plan(fault, 2)));
    assertEquals(error.loss, { ...half, atWork: 3 });
    assert(error.message.includes(`its worker exited with code ${code}, at work on number 3`), error.message);
  });
}

Deno.test("a worker that hangs is given up after the vector's patience", async () => {
  const error = await failure(makeVector(plan("hang", 2)));
  assertEquals(error.loss, { ...half, atWork: 3 });
  assert(error.message.includes('expected an answer to "step" within 700 ms, got none'), error.message);
  const vector = makeVector<Float32Array>(plan("hangInReset", 3));
  const reset = await assertRejects(() => vector.reset({ seeds: SEEDS }), VectorEnvError, '"reset" within');
  assertEquals(reset.loss, { worker: 2, indices: [2, 3], seeds: [12, 13], atWork: 3 });
  await vector.close();
});

Deno.test("all workers end when a close fails, and its error is told", async () => {
  for (const workers of [0, 2]) {
    const vector = makeVector<Float32Array>(plan("throwInClose", workers));
    await vector.reset({ seeds: SEEDS });
    await assertRejects(() => vector.close(), Error, "the lid does not fit");
    await vector.close();
  }
});

Deno.test("an error lists the environments of a large vector shortly", async () => {
  await withVector<Float32Array, void>(
    { recipe: { id: "Dice-v0", options: { fault: "throw" } }, count: 20, workers: 0 },
    async (vector) => {
      await vector.reset({ seeds: Array.from({ length: 20 }, (_, i) => i) });
      await assertRejects(
        () => vector.step(new Float32Array(20)),
        VectorEnvError,
        "numbers 0, 1, 2, 3, 4, 5, 6, 7 and 12 more with seeds 0, 1, 2, 3, 4, 5, 6, 7 and 12 more",
      );
    },
  );
});
