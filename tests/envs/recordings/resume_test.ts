import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  bytesInMemory,
  make,
  type Observation,
  RecordingFile,
  RecordInMemory,
  resumeRecording,
} from "../../../envs/mod.ts";
import { CONTENTS, DriftEnv, envOf, recordEpisode } from "./support.ts";

for (const content of CONTENTS) {
  for (const keyStateEvery of [0, 1, 7]) {
    Deno.test(`${content} with a key state each ${keyStateEvery} steps go on from every step as recorded`, () => {
      for (const seed of [1, 2, 3]) {
        const { bytes, observations, rewards, actions } = recordEpisode(content, { seed, keyStateEvery });
        const file = new RecordingFile(bytesInMemory(bytes));
        const size = actions.length / rewards.length;
        for (let step = 0; step <= file.steps; step++) {
          const env = resumeRecording<Observation>(
            file,
            step,
            content === "frames" ? { env: envOf(content) } : {},
          );
          assertEquals(env.observe(), observations[step]);
          for (let i = step; i < file.steps; i++) {
            const next = env.step(actions.slice(i * size, (i + 1) * size));
            assertEquals(
              [next.reward, next.observation],
              [rewards[i], observations[i + 1]],
              `${step} to ${i}`,
            );
            assertEquals(next.truncated, i === file.steps - 1);
          }
        }
      }
    });
  }
}

Deno.test("to go on, no more steps are taken than lie between key states", () => {
  const { bytes } = recordEpisode("vectors", { keyStateEvery: 20 });
  const file = new RecordingFile(bytesInMemory(bytes));
  assertEquals([...file.keySteps], [20, 40]);
  assertEquals([file.keyState(19), file.keyState(20)?.step, file.keyState(39)?.step], [undefined, 20, 20]);
  for (const [step, taken] of [[19, 19], [20, 0], [39, 19], [60, 20]]) {
    DriftEnv.advances = 0;
    resumeRecording<Float32Array>(file, step);
    assertEquals(DriftEnv.advances, taken);
  }
});

Deno.test("CarRacing goes on from a key state bit by bit", () => {
  const recorder = new RecordInMemory(make("CarRacing-v3"), { keyStateEvery: 40 });
  recorder.reset({ seed: 11 });
  const action = (step: number) => [Math.sin(step / 9), step % 3 === 0 ? 1 : 0.2, step % 17 === 0 ? 0.5 : 0];
  const seen = Array.from({ length: 130 }, (_, step) => recorder.step(action(step)));
  recorder.finish();
  const file = new RecordingFile(bytesInMemory(recorder.bytes()));
  assertEquals([...file.keySteps], [40, 80, 120]);
  for (const from of [30, 90, 130]) {
    const env = resumeRecording(file, from);
    for (let step = from; step < 130; step++) {
      const { observation, ...transition } = env.step(action(step));
      const { observation: picture, ...before } = seen[step];
      assertEquals(transition, before);
      assert(observation.every((level, i) => level === picture[i]), `picture ${step}`);
    }
  }
});

Deno.test("what cannot be gone on with is refused", () => {
  const { bytes } = recordEpisode("vectors", { keyStateEvery: 20 });
  const file = new RecordingFile(bytesInMemory(bytes));
  for (const step of [-1, 61, 1.5]) {
    assertThrows(() => resumeRecording(file, step), RangeError, `expected a step in 0 .. 60, got ${step}`);
  }
  assertThrows(() => resumeRecording(file, 30, { env: make("Counter-v0") }), TypeError);
  assertThrows(
    () => new RecordInMemory(make("Counter-v0"), { keyStateEvery: 0.5 }),
    RangeError,
    "expected keyStateEvery to be an integer >= 0, got 0.5",
  );
});

Deno.test("key states cost nothing where they are not asked for", () => {
  const plain = recordEpisode("states").bytes, keyed = recordEpisode("states", { keyStateEvery: 7 }).bytes;
  assert(plain.length < keyed.length);
  assertEquals(new RecordingFile(bytesInMemory(plain)).keySteps, []);
});
