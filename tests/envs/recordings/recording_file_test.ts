import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  bytesInMemory,
  openRecording,
  parseRecording,
  RecordingEncoder,
  RecordingError,
  RecordingFile,
  redrawRecording,
} from "../../../envs/mod.ts";
import { CONTENTS, CountedBytes, recordEpisode } from "./support.ts";

for (const content of CONTENTS) {
  for (const indexed of [true, false]) {
    const how = indexed ? "by its index" : "read through";
    Deno.test(`every part of ${content} ${how} is the same part of the whole`, async () => {
      const { bytes, observations, rewards, actions } = recordEpisode(content, { keyStateEvery: 7 });
      const cut = indexed ? bytes : bytes.subarray(0, -1);
      const file = new RecordingFile(bytesInMemory(cut), { name: "cut.rec" });
      const whole = parseRecording(cut, { name: "cut.rec" });
      const { steps } = whole;
      assertEquals([file.indexed, file.steps, file.header], [indexed, steps, whole.header]);
      assertEquals(file.damage?.message, whole.damage?.message);
      assertEquals(file.return, whole.rewards.reduce((sum, reward) => sum + reward, 0));
      assertEquals(file.info, whole.info);
      assertEquals([file.terminated, file.truncated], [false, true]);
      assertEquals(file.range().states, whole.states);
      const size = actions.length / steps;
      const random = new RandomStream(1);
      const ranges = [[0, 0], [0, 1], [steps, steps], [steps - 1, steps], [7, 7], [6, 8], [7, 14], [8, 14], [
        0,
        7,
      ]];
      while (ranges.length < 40) {
        ranges.push([random.integer(0, steps + 1), random.integer(0, steps + 1)].sort((a, b) => a - b));
      }
      for (const [from, to] of ranges) {
        const part = file.range(from, to);
        assertEquals([part.steps, part.header], [to - from, file.header], `${from} .. ${to}`);
        assertEquals([...part.rewards], rewards.slice(from, to));
        assertEquals([...part.actions], actions.slice(from * size, to * size));
        assertEquals(
          [...part.truncated],
          rewards.slice(from, to).map((_, i) => Number(from + i === steps - 1)),
        );
        assertEquals(part.terminated.length, to - from);
        assertEquals(await Array.fromAsync(redrawRecording(part)), observations.slice(from, to + 1));
        const [last] = await Array.fromAsync(redrawRecording(part, { from: to - from }));
        assertEquals(last as typeof observations[0], observations[to]);
      }
      for (const [from, to] of [[-1, 2], [3, 2], [0, steps + 1], [0.5, 2]]) {
        assertThrows(() => file.range(from, to), RangeError, `expected 0 <= from <= to <= ${steps}`);
      }
    });
  }
}

Deno.test("an episode without a step has one picture", async () => {
  for (const content of CONTENTS) {
    const { bytes, observations } = recordEpisode(content, { steps: 0 });
    const file = new RecordingFile(bytesInMemory(bytes));
    assertEquals([file.indexed, file.steps, file.return, file.truncated, file.damage], [
      true,
      0,
      0,
      false,
      undefined,
    ]);
    assertEquals(await Array.fromAsync(redrawRecording(file.range())), observations);
  }
});

Deno.test("a million steps open from a few of their bytes, and any step is read from a few more", () => {
  const header = {
    env: "Counter-v0",
    options: {},
    seed: 1,
    resetOptions: {},
    content: "states" as const,
    stateSize: 1,
    actionSize: 1,
    observationShape: [1],
    metadata: {},
  };
  const parts: Uint8Array[] = [];
  const state = new Float64Array(1);
  const encoder = new RecordingEncoder({ ...header, first: state }, (bytes) => parts.push(bytes));
  const transition = { reward: 0, terminated: false, truncated: false, info: {} };
  const steps = 1_000_000;
  for (let step = 1; step <= steps; step++) {
    transition.reward = step;
    state[0] = step;
    encoder.add([0], transition, state);
  }
  encoder.end();
  const source = new CountedBytes(new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const part of parts) {
    source.bytes.set(part, at);
    at += part.length;
  }
  const file = new RecordingFile(source);
  assertEquals([file.steps, file.return, file.indexed], [steps, (steps * (steps + 1)) / 2, true]);
  const chunks = steps / 100;
  assert(source.count < 14 * chunks, `${source.count} of ${source.length} bytes`); // 13 a chunk in the index
  for (const step of [0, 99, 100, 123_456, steps - 1]) {
    source.count = 0;
    const { rewards, states } = file.range(step, step + 1);
    assertEquals([...rewards, ...states], [step + 1, step, step + 1]);
    assert(source.count < 10_000, `${source.count} bytes`);
  }
  file.close();
  assertEquals(source.closed, 1);
});

Deno.test("damage that opening does not see is found by what reads it, with its byte", () => {
  const { bytes } = recordEpisode("states", { keyStateEvery: 7 });
  const good = new RecordingFile(bytesInMemory(bytes));
  assertEquals(good.check(), undefined);
  assertEquals([...good.keySteps], [7, 14, 21, 28]);
  const flipped = bytes.slice();
  flipped[new RecordingFile(bytesInMemory(bytes.subarray(0, -1))).damage!.byte - 3] ^= 4; // in steps 28 and 29
  const file = new RecordingFile(bytesInMemory(flipped), { name: "flipped.rec" });
  assertEquals([file.steps, file.damage], [30, undefined]);
  assertEquals(file.range(0, 28).rewards, good.range(0, 28).rewards);
  const sentence =
    /^Cannot read all of "flipped.rec": the chunk fails its checksum at byte \d+ of \d+, the 28 steps/;
  for (
    const error of [
      file.check()!,
      assertThrows(() => file.range(27, 29)),
      assertThrows(() => file.keyState(29)),
    ]
  ) {
    assertInstanceOf(error, RecordingError);
    assertEquals([error.code, error.steps, error.version, sentence.test(error.message)], [
      "damaged",
      28,
      1,
      true,
    ]);
  }
  assertEquals(file.keyState(27)?.step, 21);
});

Deno.test("a file on disk is read in parts, while it grows, and after it shrank says so", () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/episode.rec`;
  const { bytes, rewards } = recordEpisode("frames", { keyStateEvery: 10 });
  Deno.writeFileSync(path, bytes.subarray(0, bytes.length - 30));
  {
    using growing = openRecording(path);
    assertEquals([growing.steps, growing.indexed, growing.damage?.code], [30, false, "truncated"]);
    Deno.writeFileSync(path, bytes);
    assertEquals([...growing.range(3, 12).rewards], rewards.slice(3, 12));
  }
  using whole = openRecording(path);
  assertEquals([whole.steps, whole.indexed, whole.bytes], [30, true, bytes.length]);
  Deno.truncateSync(path, 100);
  assertThrows(() => whole.range(3, 12), Error, "the file has become shorter");
  whole.close();
  whole.close();
  assertThrows(() => openRecording(path), RecordingError, "a damaged header");
  assertThrows(() => openRecording(`${folder}/no.rec`), Error, "no such file or folder");
  Deno.removeSync(folder, { recursive: true });
});
