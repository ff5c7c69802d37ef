import { assert, assertEquals } from "@std/assert";
import { RandomStream } from "../../core/random_stream.ts";
import {
  cropAndResize,
  make,
  makeFromRecipe,
  readRecording,
  RecordEpisode,
  redrawRecording,
  SyncVectorEnv,
  TimeLimit,
  type VectorEnv,
  WorkerVectorEnv,
} from "../../envs/mod.ts";

const RECIPE = { id: "CarRacing-v3", options: { domainRandomize: true }, frameSkip: 4, agentView: true };

Deno.test("make limits CarRacing-v3 to 1,000 steps", () => {
  const env = make("CarRacing-v3");
  assertEquals((env as TimeLimit).maxSteps, 1000);
  env.reset({ seed: 1 });
  let steps = 1;
  while (!env.advance([0, 0, 0]).truncated) steps++;
  assertEquals(steps, 1000);
});

/** A digest of everything that a vector gives in some steps, full gas with seeded steering. */
async function drive(vector: VectorEnv): Promise<unknown[]> {
  const random = new RandomStream(8);
  const { observations } = await vector.reset({ seeds: [11, 12, 13] });
  const log: unknown[] = [await digest(observations)];
  for (let step = 0; step < 40; step++) {
    const actions = Float32Array.from(
      { length: 9 },
      (_, i) => i % 3 === 0 ? random.uniform(-1, 1) : i % 3 === 1 ? 1 : 0,
    );
    const result = await vector.step(actions);
    const flags = [...result.terminated, ...result.truncated];
    log.push([await digest(result.observations), [...result.rewards], flags, structuredClone(result.infos)]);
    if (step === 20) await vector.reset({ seeds: [99], indices: [1], options: { randomize: false } });
  }
  await vector.close();
  return log;
}

async function digest(pictures: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", pictures.slice())).toHex();
}

Deno.test("CarRacing gives the same to the bit in one thread and over workers", async () => {
  const expected = await drive(new SyncVectorEnv([1, 2, 3].map(() => makeFromRecipe(RECIPE))));
  assertEquals(await drive(new WorkerVectorEnv(RECIPE, { count: 3, workers: 2 })), expected);
  assert(new Set(expected.map((entry) => JSON.stringify(entry))).size > 20, "the cars hardly moved");
});

Deno.test("a recorded CarRacing episode draws again to the bit, also cropped", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const env = new RecordEpisode(make("CarRacing-v3", { domainRandomize: true }), folder, {
      chunkSteps: 32,
    });
    const random = new RandomStream(2);
    env.reset({ seed: 500 });
    const frames = [env.reset({ seed: 21 }).observation];
    for (let step = 0; step < 120; step++) {
      frames.push(env.step([random.uniform(-0.3, 0.3), 1, 0]).observation);
    }
    const states = env.saveState();
    env.close();
    const recording = readRecording(env.path!);
    assertEquals(recording.states.slice(-states.length), states);
    const redrawn = await Array.fromAsync(redrawRecording(recording));
    assertEquals(redrawn.length, 121);
    redrawn.forEach((frame, i) =>
      assert(frame.every((value, j) => value === frames[i][j]), `frame ${i} differs`)
    );
    const [late] = await Array.fromAsync(redrawRecording(recording, { from: 77, to: 78 }));
    assertEquals(await digest(cropAndResize(late)), await digest(cropAndResize(frames[77])));
    const bytes = Deno.statSync(env.path!).size;
    assert(bytes / 120 < 500, `a step takes ${bytes / 120} bytes`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
