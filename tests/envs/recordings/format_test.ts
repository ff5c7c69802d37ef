import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  bytesInMemory,
  openRecording,
  parseRecording,
  RecordingEncoder,
  RecordingError,
  RecordingFile,
  redrawRecording,
} from "../../../envs/mod.ts";
import { crc32 } from "../../../core/crc32.ts";
import { pack } from "../../../envs/recordings/pack.ts";
import { unpack } from "../../../envs/recordings/unpack.ts";
import { CONTENTS, recordEpisode } from "./support.ts";

const fixture = (name: string) =>
  Deno.readFileSync(new URL(`../../fixtures/recordings/${name}.rec`, import.meta.url));

/** Python 3, where there is one. */
function findPython(): string | undefined {
  return ["python3", "python"].find((name) => {
    try {
      return new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync()
        .success;
    } catch {
      return false;
    }
  });
}
const python = findPython();

Deno.test("files of before there was an index are read as they were", async () => {
  const [states, frames] = [fixture("version_1_states"), fixture("version_1_frames")];
  const whole = parseRecording(states);
  assertEquals(whole.header, {
    env: "Counter-v0",
    options: { limit: 4 },
    seed: 8,
    resetOptions: {},
    content: "states",
    stateSize: 3,
    actionSize: 2,
    observationShape: [8, 8, 3],
    metadata: { policy: "random" },
    format: "somnium-recording",
    version: 1,
  });
  assertEquals([whole.steps, whole.info, whole.damage, whole.truncated[29]], [
    30,
    { steps: 30 },
    undefined,
    1,
  ]);
  assertEquals(Math.round(1e6 * whole.rewards.reduce((sum, reward) => sum + reward, 0)), 2504996);
  const drawn = await Array.fromAsync(redrawRecording(whole));
  assertEquals(await Array.fromAsync(redrawRecording(parseRecording(frames))), drawn);
  for (const bytes of [states, frames]) {
    const file = new RecordingFile(bytesInMemory(bytes));
    assertEquals([file.steps, file.indexed, file.damage, file.keySteps], [30, false, undefined, []]);
    assertEquals(file.range().rewards, whole.rewards);
    assertEquals(await Array.fromAsync(redrawRecording(file.range(13, 20))), drawn.slice(13, 21));
  }
});

Deno.test("a file holds, byte by byte, what the README says", () => {
  const parts: Uint8Array[] = [];
  const encoder = new RecordingEncoder({
    env: "E",
    options: {},
    seed: 3,
    resetOptions: {},
    content: "vectors",
    stateSize: 0,
    actionSize: 1,
    observationShape: [2],
    metadata: {},
    first: Float32Array.of(0.5, 1),
  }, (bytes) => parts.push(bytes));
  const step = { reward: 2, terminated: true, truncated: true, info: {} };
  encoder.keyState({ x: Float32Array.of(1), u: undefined });
  encoder.add([-1], step, Float32Array.of(2, 3));
  encoder.end({ n: 1 });
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  const view = new DataView(bytes.buffer);
  const text = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));
  const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

  assertEquals(text(0, 8), "SOMNIREC");
  const chunks: { at: number; payload: Uint8Array }[] = [];
  for (let at = 8; at < bytes.length;) {
    const payload = bytes.subarray(at + 8, at + 8 + view.getUint32(at, true));
    assertEquals(view.getUint32(at + 4, true), crc32(payload));
    chunks.push({ at, payload });
    at += 8 + payload.length;
  }
  const [header, steps, end] = chunks.map(({ payload }) => unpack(payload) as Record<string, unknown>);
  assertEquals(chunks.length, 3);
  assertEquals([header.format, header.version, header.first], ["somnium-recording", 2, floats(0.5, 1)]);
  assertEquals(Object.keys(steps), ["kind", "count", "pictures", "actions", "rewards", "flags", "state"]);
  assertEquals([steps.kind, steps.count, steps.flags], ["steps", 1, Uint8Array.of(3)]);
  assertEquals([steps.pictures, steps.actions], [floats(2, 3), floats(-1)]);
  assertEquals(steps.rewards, new Uint8Array(Float64Array.of(2).buffer));
  assertEquals(
    [...steps.state as Uint8Array], // a map of two: "x" and extension 0x74 of 5 bytes, "u" and extension 0
    [0x82, 0xa1, 0x78, 0xc7, 5, 0x74, 7, 0, 0, 0x80, 0x3f, 0xa1, 0x75, 0xd4, 0, 0],
  );
  assertEquals([end.kind, end.steps, end.info], ["end", 1, { n: 1 }]);
  assertEquals(end.index, {
    return: 2,
    flags: 3,
    offsets: new Uint8Array(BigUint64Array.of(BigInt(chunks[1].at)).buffer),
    counts: Uint8Array.of(1, 0, 0, 0),
    keyed: Uint8Array.of(1),
  });
  assertEquals(view.getBigUint64(bytes.length - 16, true), BigInt(chunks[2].at));
  assertEquals(text(bytes.length - 8, bytes.length), "SOMNIEND");
});

Deno.test("recordings of pictures stay files of version 1, those of vectors are version 2", () => {
  const versions = CONTENTS.map((content) => parseRecording(recordEpisode(content).bytes).header.version);
  assertEquals(versions, [1, 1, 2]);
});

Deno.test("an index that makes no sense is passed over", () => {
  const { bytes, rewards } = recordEpisode("states", { keyStateEvery: 7 });
  const endByte = Number(new DataView(bytes.buffer).getBigUint64(bytes.length - 16, true));
  const end = unpack(bytes.slice(endByte + 8)) as Record<string, unknown> & {
    index: Record<string, Uint8Array>;
  };
  const wrong: [string, unknown][] = [
    ["none", undefined],
    ["lengths", { ...end.index, counts: new Uint8Array(8) }],
    ["no steps", { ...end.index, counts: new Uint8Array(end.index.counts.length) }],
    ["order", { ...end.index, offsets: end.index.offsets.slice().reverse() }],
    ["types", { ...end.index, keyed: "yes" }],
    ["return", { ...end.index, return: "much" }],
  ];
  for (const [what, index] of wrong) {
    const payload = pack({ ...end, index });
    const changed = new Uint8Array(endByte + 8 + payload.length);
    changed.set(bytes.subarray(0, endByte));
    changed.set(payload, endByte + 8);
    new DataView(changed.buffer).setUint32(endByte, payload.length, true);
    new DataView(changed.buffer).setUint32(endByte + 4, crc32(payload), true);
    const file = new RecordingFile(bytesInMemory(changed));
    assertEquals([file.indexed, file.damage, [...file.range().rewards]], [false, undefined, rewards], what);
  }
});

Deno.test("an index that tells of other chunks is found when they are read", () => {
  const { bytes } = recordEpisode("states", { keyStateEvery: 7 });
  const endByte = Number(new DataView(bytes.buffer).getBigUint64(bytes.length - 16, true));
  const end = unpack(bytes.slice(endByte + 8)) as Record<string, unknown> & {
    index: Record<string, Uint8Array>;
  };
  end.index.keyed[2] = 0;
  const payload = pack(end);
  bytes.set(payload, endByte + 8);
  new DataView(bytes.buffer).setUint32(endByte + 4, crc32(payload), true);
  const file = new RecordingFile(bytesInMemory(bytes));
  assertEquals([file.indexed, file.range(0, 14).steps], [true, 14]);
  for (const error of [file.check(), assertThrows(() => file.range(14, 15), RecordingError)]) {
    assert(error?.message.includes("the index tells of another chunk at byte"), error?.message);
  }
});

Deno.test("the README's example runs", async () => {
  const readme = Deno.readTextFileSync(new URL("../../../envs/recordings/README.md", import.meta.url));
  const folder = Deno.makeTempDirSync();
  const example = /```ts\n([\s\S]*?)```/.exec(readme)![1]
    .replace('"../mod.ts"', JSON.stringify(new URL("../../../envs/mod.ts", import.meta.url).href))
    .replace('"recordings"', JSON.stringify(folder))
    .replaceAll("console.log(", "[].push(");
  Deno.writeTextFileSync(`${folder}/example.ts`, example);
  await import(new URL(`file://${folder}/example.ts`).href);
  using episode = openRecording(`${folder}/episode-000000-seed-7.rec`);
  assertEquals([episode.steps, [...episode.keySteps]], [600, [500]]);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test({
  name: "the README's Python reads what is written",
  ignore: python === undefined,
  fn() {
    const readme = Deno.readTextFileSync(new URL("../../../envs/recordings/README.md", import.meta.url));
    const [, program] = /```python\n([\s\S]*?)```/.exec(readme)!;
    const folder = Deno.makeTempDirSync();
    for (const content of CONTENTS) {
      const { bytes, observations, rewards, actions } = recordEpisode(content, { keyStateEvery: 7 });
      Deno.writeFileSync(`${folder}/episode.rec`, bytes);
      const { stdout, stderr } = new Deno.Command(python!, { args: ["-c", program, `${folder}/episode.rec`] })
        .outputSync();
      assertEquals(new TextDecoder().decode(stderr), "");
      const [env, seed, steps, total, actionTotal, pictureTotal] = JSON.parse(
        new TextDecoder().decode(stdout),
      );
      assertEquals([env, seed, steps], [
        content === "vectors" ? "Drift-v0" : "Counter-v0",
        5,
        rewards.length,
      ]);
      const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
      assertAlmostEquals(total, sum(rewards), 1e-9);
      assertAlmostEquals(actionTotal, sum(actions), 1e-9);
      const pictures = content === "states"
        ? sum(parseRecording(bytes).states)
        : sum(observations.map((observation) => sum(observation)));
      assertAlmostEquals(pictureTotal, pictures, 1e-6);
    }
    Deno.removeSync(folder, { recursive: true });
  },
});
