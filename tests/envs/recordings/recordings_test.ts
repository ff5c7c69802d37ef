import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { Packr } from "msgpackr";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  type Env,
  FrameSkip,
  make,
  parseRecording,
  readRecording,
  RecordEpisode,
  RecordingEncoder,
  RecordingError,
  RecordInMemory,
  redrawRecording,
  Wrapper,
} from "../../../envs/mod.ts";
import { crc32 } from "../../../core/crc32.ts";
import { RECORDING_MAGIC } from "../../../envs/recordings/format.ts";
import "../../support/counter_env.ts";

/** Runs a seeded random episode of at most `steps` and returns what was seen. */
function play(
  env: Env,
  seed: number,
  steps = 1000,
): { frames: Uint8Array[]; rewards: number[]; actions: number[] } {
  const random = new RandomStream(seed);
  const frames = [env.reset({ seed }).observation];
  const rewards: number[] = [];
  const actions: number[] = [];
  for (let step = 0, over = false; step < steps && !over; step++) {
    const action = env.actionSpace.sample(random);
    const { observation, reward, terminated, truncated } = env.step(action);
    frames.push(observation);
    rewards.push(reward);
    actions.push(...action);
    over = terminated || truncated;
  }
  return { frames, rewards, actions };
}

async function inFolder(test: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Records one Counter episode of 30 steps in chunks of 7 and returns its bytes. */
function recordedBytes(folder: string): Uint8Array {
  const env = new RecordEpisode(make("Counter-v0", { limit: 100 }), folder, { chunkSteps: 7 });
  play(env, 3);
  env.close();
  return Deno.readFileSync(env.path!);
}

for (const content of ["states", "frames"] as const) {
  Deno.test(`an episode reads and draws as it was, from ${content}`, () =>
    inFolder(async (folder) => {
      const made = make("Counter-v0", { limit: 4 });
      const inner = content === "states" ? made : new Wrapper(made);
      const env = new RecordEpisode(inner, folder, { chunkSteps: 4, metadata: { policy: "random" } });
      env.reset({ seed: 1 }); // left at once
      const seen = play(env, 8);
      env.close();
      assertEquals([...Deno.readDirSync(folder)].length, 2);
      const recording = readRecording(`${folder}/episode-000001-seed-8.rec`);
      const { header, steps, rewards, actions, terminated, truncated, damage, info } = recording;
      assertEquals(
        [header.env, header.seed, header.content, header.metadata],
        ["Counter-v0", 8, content, { policy: "random" }],
      );
      assertEquals(steps, seen.rewards.length);
      assertEquals([...rewards], seen.rewards);
      assertEquals([...actions], seen.actions);
      assertEquals(terminated.length, steps);
      assertEquals(terminated[steps - 1] + truncated[steps - 1], 1);
      assertEquals(terminated.subarray(0, -1).includes(1), false);
      assertEquals([damage, info], [undefined, { steps }]);
      assertEquals(await Array.fromAsync(redrawRecording(recording)), seen.frames);
      assertEquals(
        await Array.fromAsync(redrawRecording(recording, { from: 3, to: 10 })),
        seen.frames.slice(3, 10),
      );
    }));
}

Deno.test("a recorder inside a frame skip keeps every simulator step", () =>
  inFolder((folder) => {
    const recorder = new RecordEpisode(make("Counter-v0", { limit: 100 }), folder);
    play(new FrameSkip(recorder, 5), 2);
    assertEquals(readRecording(recorder.path!).steps, 30);
  }));

Deno.test("a reset without a seed draws one, which the file names", () =>
  inFolder(async (folder) => {
    const env = new RecordEpisode(make("Counter-v0"), folder, { seed: 4 });
    const { observation } = env.reset();
    env.close();
    const recording = readRecording(env.path!);
    assertEquals(recording.steps, 0);
    assertEquals(await Array.fromAsync(redrawRecording(recording)), [observation]);
  }));

Deno.test("a file cut at any byte reads up to its last whole chunk", () =>
  inFolder((folder) => {
    const bytes = recordedBytes(folder);
    const whole = parseRecording(bytes);
    assertEquals([whole.steps, whole.damage], [30, undefined]);
    const readable = new Set<number>();
    for (let length = 0; length < bytes.length; length++) {
      try {
        const { steps, damage, rewards, states } = parseRecording(bytes.subarray(0, length), {
          name: "cut.rec",
        });
        readable.add(steps);
        assertInstanceOf(damage, RecordingError);
        assert(damage.byte <= length && damage.steps === steps && damage.version === 1, damage.message);
        assertEquals(damage.code, "truncated");
        assertEquals(rewards, whole.rewards.subarray(0, steps));
        assertEquals(states, whole.states.subarray(0, 3 * (steps + 1)));
      } catch (error) {
        assertInstanceOf(error, RecordingError); // within the header nothing is readable
        assertEquals([error.code, error.steps], ["truncated", 0]);
      }
    }
    assertEquals([...readable], [0, 7, 14, 21, 28, 30]);
  }));

Deno.test("a flipped byte is found, and what stands before it is read", () =>
  inFolder((folder) => {
    const bytes = recordedBytes(folder);
    const cut = parseRecording(bytes.subarray(0, bytes.length - 1)).damage!.byte; // where the final chunk begins
    bytes[cut - 5] ^= 1; // in the chunk of steps 28 and 29
    const { steps, damage } = parseRecording(bytes, { name: "bad.rec" });
    assertEquals([steps, damage?.steps, damage?.code], [28, 28, "damaged"]);
    assertEquals(
      damage?.message,
      `Cannot read all of "bad.rec": the chunk fails its checksum at byte ${damage?.byte} of ${bytes.length}, ` +
        "the 28 steps before it are good",
    );
  }));

Deno.test("other files and other versions are refused by name", () => {
  const empty = assertThrows(() => parseRecording(new Uint8Array(0)), RecordingError, "got an empty file");
  const other = assertThrows(
    () => parseRecording(new TextEncoder().encode("GIF89a........")),
    RecordingError,
    "a file of another kind",
  );
  const begun = assertThrows(
    () => parseRecording(RECORDING_MAGIC.slice(0, 5)),
    RecordingError,
    "the first 5 bytes of one",
  );
  assertEquals([empty.code, other.code, begun.code], ["truncated", "foreign", "truncated"]);
  const payload = new Packr({ useRecords: false }).pack({ format: "somnium-recording", version: 9 });
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, payload.length, true);
  head.setUint32(4, crc32(payload), true);
  const newer = Uint8Array.of(...RECORDING_MAGIC, ...new Uint8Array(head.buffer), ...payload);
  const error = assertThrows(
    () => parseRecording(newer, { name: "new.rec" }),
    RecordingError,
    "of version 9",
  );
  assertEquals([error.code, error.version, error.byte, error.format], ["newer", 9, 8, "somnium-recording"]);
  assertThrows(
    () => readRecording("/nowhere/at/all.rec"),
    Error,
    'Cannot read "/nowhere/at/all.rec": no such file',
  );
});

Deno.test("a recording is never written over, unless it is asked for", () =>
  inFolder((folder) => {
    play(new RecordEpisode(make("Counter-v0"), folder), 3);
    const again = new RecordEpisode(make("Counter-v0"), folder);
    assertThrows(() => again.reset({ seed: 3 }), Error, "expected a new file, got one that exists");
    play(new RecordEpisode(make("Counter-v0"), folder, { overwrite: true }), 3);
    Deno.writeTextFileSync(`${folder}/file`, "");
    const inFile = new RecordEpisode(make("Counter-v0"), `${folder}/file`);
    assertThrows(() => inFile.reset({ seed: 3 }), Error, "Cannot write");
  }));

Deno.test("an episode recorded in memory is the file that would be written", () =>
  inFolder(async (folder) => {
    for (const wrap of [(env: Env) => env, (env: Env) => new Wrapper(env)]) {
      const options = { metadata: { driver: "test" } };
      const inMemory = new RecordInMemory(wrap(make("Counter-v0")), options);
      const inFile = new RecordEpisode(wrap(make("Counter-v0")), folder, { ...options, overwrite: true });
      inMemory.reset({ seed: 9 }); // left at once, and forgotten
      const { frames } = play(inMemory, 3);
      play(inFile, 3);
      assertEquals(inMemory.bytes(), Deno.readFileSync(inFile.path!));
      assertEquals(await Array.fromAsync(redrawRecording(parseRecording(inMemory.bytes()))), frames);
      play(inMemory, 4, 2); // left early
      assertEquals(parseRecording(inMemory.bytes()).damage?.steps, 0);
      inMemory.finish();
      inMemory.finish();
      const { steps, damage, terminated } = parseRecording(inMemory.bytes());
      assertEquals([steps, damage, terminated[1]], [2, undefined, 0]);
      inMemory.close();
      inFile.close();
    }
  }));

Deno.test("a recording whose sink fails takes no more steps", () => {
  const recording = {
    env: "Counter-v0",
    options: {},
    seed: 1,
    resetOptions: {},
    content: "states" as const,
    stateSize: 1,
    actionSize: 1,
    observationShape: [1],
    metadata: {},
    first: new Float64Array(1),
  };
  let room = 2; // the magic bytes and the header
  const encoder = new RecordingEncoder(recording, () => {
    if (room-- === 0) throw new Error("no room");
  }, { chunkSteps: 1, name: "drive" });
  const step = { reward: 1, terminated: false, truncated: false, info: {} };
  assertThrows(() => encoder.add([0], step, new Float64Array(1)), Error, "no room");
  assertEquals(encoder.open, false);
  assertThrows(
    () => encoder.add([0], step, new Float64Array(1)),
    TypeError,
    'Cannot write "drive": expected an open recording, got one that has ended',
  );
  encoder.end();
});

Deno.test("a range outside the episode is refused", () =>
  inFolder(async (folder) => {
    const recording = parseRecording(recordedBytes(folder));
    for (const range of [{ from: -1 }, { to: 32 }, { from: 5, to: 4 }, { from: 0.5 }]) {
      await assertRejects(
        () => redrawRecording(recording, range).next(),
        RangeError,
        "0 <= from <= to <= 31",
      );
    }
  }));

Deno.test("the checksum is the common CRC-32", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  const bitByBit = (bytes: Uint8Array) => {
    let crc = -1;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    }
    return ~crc >>> 0;
  };
  const random = new RandomStream(1);
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, () => random.integer(0, 256));
    assertEquals(crc32(bytes), bitByBit(bytes), `${length} bytes`);
    assertEquals(crc32(bytes.subarray(3)), bitByBit(bytes.slice(3)));
  }
});

Deno.test({
  name: "a full disk is told in one sentence",
  ignore: Deno.build.os !== "linux",
  fn() {
    const env = new RecordEpisode(make("Counter-v0"), "/dev", { name: () => "full", overwrite: true });
    assertThrows(() => env.reset({ seed: 1 }), Error, 'Cannot write "/dev/full": the disk is full');
  },
});

Deno.test("what a browser needs to record, read and redraw imports no Node module", () => {
  const seen = new Set<string>();
  const visit = (url: URL) => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const imports = Deno.readTextFileSync(url).matchAll(/^(?:import|export)\b(?! type)[^;"]*"([^"]+)"/gm);
    for (const [, name] of imports) {
      assert(!name.startsWith("node:"), `${url.pathname} imports ${name}`);
      if (name.startsWith(".")) visit(new URL(name, url));
    }
  };
  for (const name of ["reader", "recording_file", "redraw", "resume", "npz", "describe"]) {
    visit(new URL(`../../../envs/recordings/${name}.ts`, import.meta.url));
  }
  visit(new URL("../../../envs/wrappers/recorded_env.ts", import.meta.url));
  assert([...seen].some((href) => href.endsWith("painter.ts")));
});
