import { assertEquals, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import type { Observation, VectorEnv } from "../../../envs/mod.ts";
import { copy, drive, driveFrom, makeVector, withVector } from "./support/vectors.ts";

const plans = [
  { recipe: { id: "Counter-v0", options: { limit: 2, size: 6 } }, count: 4 },
  { recipe: { id: "Dice-v0" }, count: 4 },
];

for (const autoreset of ["disabled", "nextStep", "sameStep"] as const) {
  Deno.test(`a vector goes on from its states, in itself and in others, bit by bit: ${autoreset}`, async () => {
    for (const plan of plans) {
      const make = (workers: number): VectorEnv<Observation> => makeVector({ ...plan, autoreset, workers });
      const vectors = [0, 2, 3].map(make);
      const [sync, workers] = vectors;
      for (let seed = 0; seed < 8; seed++) {
        const go = (vector: VectorEnv<Observation>) => drive(vector, 12, new RandomStream(seed + 50));
        const from = seed % 2 === 0 ? sync : workers;
        await driveFrom(from, seed, 3 + seed);
        const states = structuredClone(await from.getState());
        const expected = await go(from);
        const shown: unknown[] = [];
        for (const vector of vectors) {
          const { observations, infos } = await vector.setState(states);
          shown.push(copy({ observations, infos }));
          assertEquals(await go(vector), expected);
          assertEquals(shown.at(-1), shown[0]);
        }
      }
      for (const vector of vectors) await vector.close();
    }
  });
}

Deno.test("a resting environment still rests after setState, with its flags and info", async () => {
  const plan = { recipe: { id: "Counter-v0", options: { limit: 1.5 } }, count: 2 };
  await withVector({ ...plan, workers: 0 }, async (vector) => {
    await vector.reset({ seeds: [1, 2] });
    const actions = Float32Array.of(1, 0, 0, 0);
    await vector.step(actions);
    const { observations, infos, terminated } = await vector.step(actions);
    assertEquals([...terminated], [1, 0]);
    const ended = copy({ observations, infos });
    const states = await vector.getState();
    await withVector({ ...plan, workers: 2 }, async (other) => {
      const { observations, infos } = await other.setState(states);
      assertEquals(copy({ observations, infos }), ended);
      const next = await other.step(actions);
      assertEquals([next.terminated[0], next.rewards[0], next.infos[0]], [1, 0, { steps: 2 }]);
    });
  });
});

Deno.test("states that do not fit are refused alike, and wait for a reset", async () => {
  const plan = { recipe: { id: "Dice-v0" }, count: 2 };
  for (const workers of [0, 2]) {
    await withVector<Float32Array, void>({ ...plan, workers }, async (vector) => {
      const fresh = await vector.getState();
      await vector.reset({ seeds: [1, 2] });
      const [state] = await vector.getState();
      await assertRejects(() => vector.setState([state]), RangeError, "expected 2 states, got 1");
      await vector.step(new Float32Array(2));
      await assertRejects(
        () => vector.setState([state, {}]),
        TypeError,
        'expected a value of type object in "inner"',
      );
      await assertRejects(() => vector.step(new Float32Array(2)), TypeError, "expected a reset");
      await vector.setState(fresh);
      await assertRejects(() => vector.step(new Float32Array(2)), TypeError, "got none for number 0");
      await vector.setState([state, state]);
      await vector.step(new Float32Array(2));
    });
  }
});
