import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  bytesInMemory,
  parseRecording,
  type Recording,
  RecordingError,
  RecordingFile,
  redrawRecording,
} from "../../../envs/mod.ts";
import { crc32 } from "../../../core/crc32.ts";
import { RECORDING_MAGIC } from "../../../envs/recordings/format.ts";
import { CONTENTS, recordEpisode } from "./support.ts";

const BASES = CONTENTS.map((content) => recordEpisode(content, { steps: 12, keyStateEvery: 5 }).bytes);

/** The bytes of a file, changed in one to three places. */
function mutate(random: RandomStream): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer> = BASES[random.integer(0, BASES.length)].slice();
  const somewhere = () => random.integer(0, Math.max(1, bytes.length));
  for (let changes = random.integer(1, 4); changes > 0; changes--) {
    const at = somewhere();
    switch (random.integer(0, 9)) {
      case 0:
        bytes[at] ^= 1 << random.integer(0, 8);
        break;
      case 1:
        bytes[at] = random.integer(0, 256);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3: { // a piece is lost, doubled or comes from another file
        const other = BASES[random.integer(0, BASES.length)];
        const from = random.integer(0, other.length);
        bytes = join(
          bytes.slice(0, at),
          other.slice(from, from + random.integer(0, 200)),
          bytes.slice(somewhere()),
        );
        break;
      }
      case 4: // a length that nothing fulfils
        for (let i = 0; i < 4; i++) bytes[at + i] = 255;
        break;
      case 5: { // a chunk's own length
        const chunks = chunkStarts(bytes);
        if (chunks.length === 0) break;
        const length = [0, 1, 2 ** 31, 2 ** 32 - 1, random.integer(0, 3000)][random.integer(0, 5)];
        new DataView(bytes.buffer).setUint32(chunks[random.integer(0, chunks.length)], length, true);
        break;
      }
      case 6: { // maps and lists that hold each other, or claim to be long
        const token = [0x91, 0x81, 0xdd, 0xdf, 0xc6, 0xdb, 0xc9, 0xcf, 0xd4][random.integer(0, 9)];
        bytes.fill(token, at, at + random.integer(1, 60));
        break;
      }
      case 7: // the header's version
        bytes[versionAt(bytes)] = random.integer(0, 256);
        break;
      default: // zeroes
        bytes.fill(0, at, at + random.integer(1, 100));
    }
  }
  return random.integer(0, 4) === 0 ? bytes : withChecksums(bytes);
}

/** Where the version stands in the header: after its key. */
function versionAt(bytes: Uint8Array): number {
  const key = [0xa7, ...new TextEncoder().encode("version")];
  return bytes.findIndex((_, at) => key.every((byte, i) => bytes[at + i] === byte)) + key.length;
}

const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** Where chunks begin, as far as their lengths make sense. */
function chunkStarts(bytes: Uint8Array<ArrayBuffer>): number[] {
  const starts: number[] = [];
  const view = new DataView(bytes.buffer);
  for (let at = RECORDING_MAGIC.length; at + 8 <= bytes.length; at += 8 + view.getUint32(at, true)) {
    starts.push(at);
  }
  return starts;
}

/** Makes the checksums right again, so that what was changed is not found by them. */
function withChecksums(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  for (const at of chunkStarts(bytes)) {
    view.setUint32(at + 4, crc32(bytes.subarray(at + 8, at + 8 + view.getUint32(at, true))), true);
  }
  return bytes;
}

/** How many bytes a recording's arrays take. */
function bytesOf({ states, vectors, actions, rewards, terminated, truncated, frames }: Recording): number {
  const arrays = [
    states,
    vectors,
    actions,
    rewards,
    terminated,
    truncated,
    ...frames.map(({ deflated }) => deflated),
  ];
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function check(bytes: Uint8Array, error: unknown): RecordingError {
  assertInstanceOf(error, RecordingError, String((error as Error).stack));
  assert(["foreign", "newer", "truncated", "damaged"].includes(error.code), error.code);
  assert(0 <= error.byte && error.byte <= bytes.length, `byte ${error.byte} of ${bytes.length}`);
  assert(error.message.startsWith("Cannot "), error.message);
  return error;
}

Deno.test("10,000 mutated files are read as far as they go, or refused by an error of their own", async () => {
  const random = new RandomStream(2026);
  const seen: Record<string, number> = {};
  const count = (name: string) => seen[name] = (seen[name] ?? 0) + 1;
  for (let i = 0; i < 10_000; i++) {
    const bytes = mutate(random);
    let whole: Recording | undefined;
    try {
      whole = parseRecording(bytes);
      count(whole.damage ? check(bytes, whole.damage).code : "good");
      assert(bytesOf(whole) <= 2 * bytes.length + 100, `${bytesOf(whole)} bytes from ${bytes.length}`);
      assertEquals([whole.rewards.length, whole.terminated.length], [whole.steps, whole.steps]);
    } catch (error) {
      count(`${check(bytes, error).code} header`);
    }
    let file: RecordingFile | undefined;
    try {
      file = new RecordingFile(bytesInMemory(bytes));
    } catch (error) {
      check(bytes, error);
    }
    assertEquals(file === undefined, whole === undefined);
    if (!file || !whole) continue;
    if (file.indexed) count("indexed");
    else assertEquals([file.steps, file.damage?.message], [whole.steps, whole.damage?.message]);
    const asked = [
      () => file.range(0, Math.min(file.steps, 3)),
      () => file.range(file.steps >> 1),
      () => file.keyState(file.steps),
    ];
    for (const ask of asked) {
      try {
        ask();
      } catch (error) {
        check(bytes, error);
        count("part");
      }
    }
    const damage = file.check();
    if (damage) check(bytes, damage);
    if (whole.header.content === "states" || i % 3 !== 0) continue; // states need the environment; inflating is slow
    try {
      for await (const observation of redrawRecording(whole)) assert(observation.byteLength < 1e6);
    } catch (error) {
      check(bytes, error);
      count("frames");
    }
  }
  for (
    const outcome of ["good", "damaged", "truncated", "damaged header", "foreign header", "truncated header"]
  ) {
    assert(seen[outcome] > 100, `${outcome}: ${JSON.stringify(seen)}`);
  }
  for (const outcome of ["newer header", "indexed", "part", "frames"]) {
    assert(seen[outcome] > 5, `${outcome}: ${JSON.stringify(seen)}`);
  }
});
