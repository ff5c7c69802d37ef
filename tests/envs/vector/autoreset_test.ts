import { assert, assertEquals, assertThrows } from "@std/assert";
import type { AutoresetMode, VectorEnv } from "../../../envs/mod.ts";
import { readFixture } from "../../support/fixtures.ts";
import { makeVector, withVector } from "./support/vectors.ts";

/** What Gymnasium's SyncVectorEnv gave; tests/fixtures/vector/make_traces.py. */
interface Trace {
  seeds: number[];
  start: { observations: number[]; infos: unknown[] };
  steps: (Record<"actions" | "observations" | "rewards" | "terminated" | "truncated", number[]> & {
    infos: unknown[];
    reset?: { indices: number[]; seeds: number[]; observations: number[] };
  })[];
}

const traces = await readFixture<Record<AutoresetMode, Trace>>("vector/autoreset.json");
const recipe = { id: "Dice-v0" };

/** Typed arrays as arrays, as in JSON. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry)]));
}

async function replay(vector: VectorEnv<Float32Array>, { seeds, start, steps }: Trace): Promise<void> {
  const { observations, infos } = await vector.reset({ seeds });
  assertEquals(plain({ observations, infos }), start);
  for (const [t, { actions, reset, ...expected }] of steps.entries()) {
    assertEquals(plain(await vector.step(Float32Array.from(actions))), expected, `step ${t}`);
    if (!reset) continue;
    const { observations: begun, ...given } = reset;
    const { observations } = await vector.reset(given);
    assertEquals(plain(observations), begun, `reset after step ${t}`);
  }
}

for (const autoreset of Object.keys(traces) as AutoresetMode[]) {
  Deno.test(`autoreset "${autoreset}" is Gymnasium's, in one thread and over 1, 2 and 3 workers`, async () => {
    const trace = traces[autoreset];
    assert(trace.steps.some(({ terminated }) => terminated.includes(1)), "no episode terminates");
    assert(trace.steps.some(({ truncated }) => truncated.includes(1)), "no episode is truncated");
    for (const workers of [0, 1, 2, 3]) {
      await withVector<Float32Array, void>(
        { recipe, count: trace.seeds.length, autoreset, workers },
        (vector) => {
          assertEquals(vector.autoreset, autoreset);
          return replay(vector, trace);
        },
      );
    }
  });
}

Deno.test("the first observation and the last one of an episode are of different arrays", async () => {
  await withVector<Float32Array, void>(
    { recipe, count: 1, autoreset: "sameStep", workers: 0 },
    async (vector) => {
      await vector.reset({ seeds: [11] });
      let step = await vector.step(new Float32Array(1));
      while (!step.terminated[0] && !step.truncated[0]) step = await vector.step(new Float32Array(1));
      const final = step.infos[0].finalObservation as Float32Array;
      const [kept, first] = [final.slice(), step.observations.slice()];
      assertEquals([final[0], final[1] > 0, first[1]], [final[1], true, 0]);
      await vector.step(new Float32Array(1));
      assertEquals(final, kept);
    },
  );
});

Deno.test("an unknown autoreset mode is refused", () => {
  for (const workers of [0, 1]) {
    assertThrows(
      () => makeVector({ recipe, count: 1, autoreset: "always" as AutoresetMode, workers }),
      RangeError,
      'expected autoreset among disabled, nextStep, sameStep, got "always"',
    );
  }
});
