import { assertEquals, assertRejects } from "@std/assert";
import { unzipSync } from "fflate";
import {
  bytesInMemory,
  type Observation,
  openRecording,
  RecordingFile,
  recordingToNpz,
  writeNpz,
} from "../../../envs/mod.ts";
import { npyHeader } from "../../../envs/recordings/npy.ts";
import { CONTENTS, recordEpisode } from "./support.ts";

/** Arrays of an archive: NumPy's type, the shape, the data's bytes. */
type Arrays = Record<string, { type: string; shape: number[]; data: Uint8Array<ArrayBuffer> }>;

/** Reads `.npy` files by NumPy's description of them. */
function readNpz(zip: Uint8Array): Arrays {
  return Object.fromEntries(
    Object.entries(unzipSync(zip)).map(([name, bytes]) => {
      assertEquals([...bytes.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
      const length = bytes[8] + 256 * bytes[9];
      assertEquals((10 + length) % 64, 0);
      const literal = new TextDecoder().decode(bytes.subarray(10, 10 + length));
      const [, type, shape] = /^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/
        .exec(literal)!;
      const dimensions = shape.split(",").map((text) => text.trim()).filter(Boolean).map(Number);
      return [name.replace(/\.npy$/, ""), { type, shape: dimensions, data: bytes.slice(10 + length) }];
    }),
  );
}

async function npzOf(bytes: Uint8Array, range = {}): Promise<Uint8Array> {
  const parts = await Array.fromAsync(recordingToNpz(new RecordingFile(bytesInMemory(bytes)), range));
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

const joined = (observations: Observation[]) =>
  Uint8Array.from(observations.flatMap(({ buffer }) => [...new Uint8Array(buffer)]));

for (const content of CONTENTS) {
  Deno.test(`${content} export as NumPy's arrays, all steps and some`, async () => {
    const { bytes, observations, rewards, actions } = recordEpisode(content);
    const steps = rewards.length, size = actions.length / steps;
    for (const [from, to] of [[0, steps], [4, 9], [3, 3]]) {
      const arrays = readNpz(await npzOf(bytes, { from, to }));
      const shape = content === "vectors" ? [2] : [4, 4, 3];
      assertEquals(
        Object.entries(arrays).map(([name, { type, shape }]) => [name, type, shape]).sort(),
        [
          ["actions", "<f4", [to - from, size]],
          ["header", `<U${arrays.header.data.length / 4}`, []],
          ["observations", content === "vectors" ? "<f4" : "|u1", [to - from + 1, ...shape]],
          ["rewards", "<f8", [to - from]],
          ...(content === "states" ? [["states", "<f8", [to - from + 1, 3]]] : []),
          ["terminated", "|b1", [to - from]],
          ["truncated", "|b1", [to - from]],
        ],
      );
      assertEquals(arrays.observations.data, joined(observations.slice(from, to + 1)));
      assertEquals([...new Float64Array(arrays.rewards.data.buffer)], rewards.slice(from, to));
      assertEquals([...new Float32Array(arrays.actions.data.buffer)], actions.slice(from * size, to * size));
      assertEquals(
        [...arrays.truncated.data],
        rewards.slice(from, to).map((_, i) => Number(from + i === steps - 1)),
      );
      assertEquals([...arrays.terminated.data], rewards.slice(from, to).map(() => 0));
      const header = JSON.parse(String.fromCodePoint(...new Uint32Array(arrays.header.data.buffer)));
      assertEquals([header.seed, header.content, header.metadata], [5, content, { driver: "test" }]);
    }
    assertEquals(await npzOf(bytes), await npzOf(bytes));
  });
}

Deno.test("an array's header is NumPy's", () => {
  const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
  const literal = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }";
  assertEquals(text(npyHeader("<f4", [3])), `\x93NUMPY\x01\x00v\x00${literal.padEnd(117)}\n`);
  assertEquals(npyHeader("|u1", [1_000_000, 96, 96, 3]).length, 128);
  for (let digits = 1; digits < 16; digits++) assertEquals(npyHeader("<f8", [10 ** digits]).length % 64, 0);
});

Deno.test("what cannot be exported is refused, and leaves nothing behind", async () => {
  const { bytes } = recordEpisode("frames");
  const folder = Deno.makeTempDirSync();
  Deno.writeFileSync(`${folder}/episode.rec`, bytes);
  using recording = openRecording(`${folder}/episode.rec`);
  const out = `${folder}/episode.npz`;
  await assertRejects(
    () => writeNpz(out, recording, { from: 3, to: 40 }),
    RangeError,
    "0 <= from <= to <= 30",
  );
  await assertRejects(
    () => writeNpz(`${folder}/episode.rec/x.npz`, recording),
    Error,
    "Cannot write",
  );
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["episode.rec"]);
  await writeNpz(out, recording, { to: 3 });
  assertEquals(readNpz(Deno.readFileSync(out)).rewards.shape, [3]);
  Deno.removeSync(folder, { recursive: true });
});

/** A Python that has NumPy, where there is one: `SOMNIUM_PYTHON`, or the first on the path. */
function findNumpy(): string | undefined {
  return [Deno.env.get("SOMNIUM_PYTHON") ?? "", "python3", "python"].filter(Boolean).find((name) => {
    try {
      const args = ["-c", "import numpy"];
      return new Deno.Command(name, { args, stdout: "null", stderr: "null" }).outputSync().success;
    } catch {
      return false;
    }
  });
}
const numpy = findNumpy();

Deno.test({
  name: "NumPy reads the archive",
  ignore: numpy === undefined,
  async fn() {
    const program = `
import json, sys, numpy
arrays = numpy.load(sys.argv[1])
print(json.dumps({name: [str(arrays[name].dtype), arrays[name].shape] for name in arrays}))
print(json.dumps([arrays["rewards"].tolist(), json.loads(str(arrays["header"]))["seed"], int(arrays["observations"].sum())]))`;
    const { bytes, rewards, observations } = recordEpisode("states");
    const path = Deno.makeTempFileSync({ suffix: ".npz" });
    Deno.writeFileSync(path, await npzOf(bytes));
    const { stdout, stderr } = new Deno.Command(numpy!, { args: ["-c", program, path] }).outputSync();
    assertEquals(new TextDecoder().decode(stderr), "");
    const [types, values] = new TextDecoder().decode(stdout).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assertEquals(types.observations, ["uint8", [31, 4, 4, 3]]);
    assertEquals(types.truncated, ["bool", [30]]);
    const total = joined(observations).reduce((sum, level) => sum + level, 0);
    assertEquals(values, [rewards, 5, total]);
    Deno.removeSync(path);
  },
});
