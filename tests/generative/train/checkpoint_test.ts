import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  checkShapes,
  decodeSafetensors,
  describeCheckpoint,
  encodeSafetensors,
  hasCheckpoint,
  loadCheckpoint,
  loadSafetensors,
  type NamedArray,
  SafetensorsError,
  saveCheckpoint,
  saveSafetensors,
  toTensors,
} from "../../../generative/train/mod.ts";

await tf.setBackend("cpu");

const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));

const ARRAYS: Record<string, NamedArray> = {
  "bytes": { shape: [3], data: Uint8Array.of(1, 2, 255) },
  "net/kernel": { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-8, 4, 5, Infinity) },
  "mean": { shape: [2], data: Float64Array.of(Math.PI, 1e-300) },
  "step": { shape: [], data: Int32Array.of(-7) },
  "empty": { shape: [0, 4], data: new Float32Array(0) },
};

async function inFolder(body: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("encodeSafetensors() writes the layout that Python reads", () => {
  const bytes = encodeSafetensors(ARRAYS, { format: "pt" });
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  assertEquals(length % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  assertEquals(header, {
    "__metadata__": { format: "pt" },
    "mean": { dtype: "F64", shape: [2], "data_offsets": [0, 16] },
    "net/kernel": { dtype: "F32", shape: [2, 3], "data_offsets": [16, 40] },
    "step": { dtype: "I32", shape: [], "data_offsets": [40, 44] },
    "empty": { dtype: "F32", shape: [0, 4], "data_offsets": [44, 44] },
    "bytes": { dtype: "U8", shape: [3], "data_offsets": [44, 47] },
  });
  assertEquals(bytes.length, 8 + length + 47);
  assertEquals(view.getFloat64(8 + length, true), Math.PI);
  assertEquals(view.getFloat32(8 + length + 16 + 4, true), -2.5);
  assertEquals(bytes.at(-1), 255);
});

Deno.test("decodeSafetensors() gives back what was encoded", () => {
  const { arrays, metadata } = decodeSafetensors(encodeSafetensors(ARRAYS, { epoch: "3" }));
  assertEquals(arrays, Object.fromEntries(Object.keys(arrays).map((name) => [name, ARRAYS[name]])));
  assertEquals(Object.keys(arrays).length, 5);
  assertEquals(metadata, { epoch: "3" });
});

Deno.test("encodeSafetensors() refuses numbers that do not fill their shape", () => {
  assertThrows(
    () => encodeSafetensors({ a: { shape: [2, 2], data: new Float32Array(3) } }),
    RangeError,
    'Cannot save "a": expected 4 numbers for shape [2,2], got 3',
  );
});

Deno.test("a safetensors file cut short names file, byte and what is readable", async () => {
  await inFolder((folder) => {
    const path = `${folder}/weights.safetensors`;
    const bytes = encodeSafetensors(ARRAYS);
    Deno.writeFileSync(path, bytes.subarray(0, bytes.length - 20));
    const error = assertThrows(() => loadSafetensors(path), SafetensorsError, `Cannot read "${path}"`);
    assertEquals(error.byte, bytes.length - 47 + 16);
    assert(error.message.includes('expected "net/kernel"'), error.message);
    assert(error.message.includes("1 of 5 tensors are whole (mean)"), error.message);
  });
});

Deno.test("decodeSafetensors() refuses files that are something else", () => {
  const file = (length: number, text: string) => {
    const bytes = new Uint8Array(8 + text.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
    bytes.set(new TextEncoder().encode(text), 8);
    return bytes;
  };
  const fails = (bytes: Uint8Array, text: string) =>
    assertThrows(() => decodeSafetensors(bytes, "x"), SafetensorsError, text);
  fails(new Uint8Array(3), 'Cannot read "x": expected 8 bytes of header length, got 3 at byte 0');
  fails(file(99, "{}"), "expected a header of 99 bytes, got 2 at byte 0");
  fails(file(2, "[]"), "expected a JSON header, got something else at byte 8");
  fails(file(2, "{]"), "expected a JSON header");
  const entry = (dtype: string, end: number) =>
    JSON.stringify({ a: { dtype, shape: [2], "data_offsets": [0, end] } });
  fails(
    file(entry("F8_E4M3", 2).length, entry("F8_E4M3", 2)),
    'expected "a" up to byte 68, got a file of 66',
  );
  fails(file(entry("F16", 8).length, entry("F16", 8)), 'dtype, shape and offsets that agree for "a"');
  fails(file(entry("F32", 4).length, entry("F32", 4)), 'dtype, shape and offsets that agree for "a"');
});

Deno.test("saveSafetensors() writes tensors that toTensors() brings back", async () => {
  await inFolder(async (folder) => {
    const tensors = {
      a: tf.tensor2d([[1, 2], [3, 4]]),
      n: tf.scalar(5, "int32"),
      b: tf.tensor1d([true, false]),
    };
    await saveSafetensors(`${folder}/deep/er/t.safetensors`, tensors, { made: "here" });
    const { arrays, metadata } = loadSafetensors(`${folder}/deep/er/t.safetensors`);
    assertEquals(metadata, { made: "here" });
    const back = toTensors(arrays);
    for (const [name, tensor] of Object.entries(tensors)) {
      assertEquals([back[name].dtype, back[name].shape], [tensor.dtype, tensor.shape]);
      assertEquals([...back[name].dataSync()], [...tensor.dataSync()]);
    }
    tf.dispose({ ...tensors });
    tf.dispose(back);
  });
});

const checkpointOf = (value: number) => ({
  tensors: {
    parameters: { "net/kernel": { shape: [2], data: Float32Array.of(value, value) } },
    cma: { mean: { shape: [1], data: Float64Array.of(value / 3) } },
  },
  data: { step: value, random: { words: [1, 2, 3] } },
});

Deno.test("a checkpoint is replaced as a whole, and only it remains", async () => {
  await inFolder(async (folder) => {
    assert(!hasCheckpoint(folder));
    await saveCheckpoint(folder, checkpointOf(1));
    await saveCheckpoint(folder, checkpointOf(2));
    assert(hasCheckpoint(folder));
    const { arrays, data } = loadCheckpoint(folder);
    assertEquals(arrays, checkpointOf(2).tensors as typeof arrays);
    assertEquals(data, checkpointOf(2).data);
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(files, ["checkpoint.json", "cma.2.safetensors", "parameters.2.safetensors"]);
  });
});

Deno.test("a kill before the index is written leaves the checkpoint before", async () => {
  await inFolder(async (folder) => {
    await saveCheckpoint(folder, checkpointOf(1));
    Deno.writeTextFileSync(`${folder}/parameters.2.safetensors`, "new, but the index does not name it");
    Deno.writeTextFileSync(`${folder}/cma.2.safetensors.4711.partial`, "half");
    assertEquals(loadCheckpoint<{ step: number }>(folder).data.step, 1);
    await saveCheckpoint(folder, checkpointOf(3));
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(files, ["checkpoint.json", "cma.3.safetensors", "parameters.3.safetensors"]);
  });
});

Deno.test("a checkpoint that cannot be written leaves the one before", async () => {
  await inFolder(async (folder) => {
    await saveCheckpoint(folder, checkpointOf(1));
    const { tensors, data } = checkpointOf(2);
    const more = { tensors: { ...tensors, ["x".repeat(300)]: {} }, data };
    await assertRejects(() => saveCheckpoint(folder, more), Error, "its name is too long");
    assertEquals(loadCheckpoint<{ step: number }>(folder).data.step, 1);
  });
});

Deno.test("describeCheckpoint() reads headers and no numbers, and names a damaged header", async () => {
  await inFolder(async (folder) => {
    await saveCheckpoint(folder, { ...checkpointOf(1), metadata: { shape: "square" } });
    const { metadata, data } = loadCheckpoint(folder);
    assertEquals(metadata.parameters, { shape: "square" });
    const path = `${folder}/parameters.1.safetensors`;
    const bytes = Deno.readFileSync(path);
    bytes[bytes.length - 1] ^= 1;
    Deno.writeFileSync(path, bytes);
    assertThrows(() => loadCheckpoint(folder), SyntaxError, "expected checksum");
    assertEquals(describeCheckpoint(folder), { metadata, data });
    for (
      const [damage, sentence] of [
        [bytes.with(9, 0), "expected a JSON header, got something else at byte 8"],
        [bytes.with(6, 1), "expected a header of"],
        [bytes.subarray(0, 3), "expected 8 bytes of header length, got 3 at byte 0"],
        [new Uint8Array(bytes.length + 1), `expected a file of ${bytes.length} bytes`],
      ] as const
    ) {
      Deno.writeFileSync(path, damage);
      assertThrows(() => describeCheckpoint(folder), SyntaxError, sentence);
    }
  });
});

Deno.test("loadCheckpoint() names what is damaged", async () => {
  await inFolder(async (folder) => {
    assertThrows(
      () => loadCheckpoint(folder),
      Error,
      `Cannot read "${folder}/checkpoint.json": no such file`,
    );
    await saveCheckpoint(folder, checkpointOf(1));
    const path = `${folder}/parameters.1.safetensors`;
    const bytes = Deno.readFileSync(path);
    bytes[bytes.length - 1] ^= 1;
    Deno.writeFileSync(path, bytes);
    assertThrows(() => loadCheckpoint(folder), SyntaxError, `Cannot read "${path}": expected checksum`);
    Deno.writeFileSync(path, bytes.subarray(0, bytes.length - 4));
    assertThrows(() => loadCheckpoint(folder), SafetensorsError, "0 of 1 tensors are whole");
    Deno.removeSync(path);
    assertThrows(() => loadCheckpoint(folder), Error, `Cannot read "${path}": no such file`);
    const index = `${folder}/checkpoint.json`;
    const text = Deno.readTextFileSync(index);
    Deno.writeTextFileSync(index, text.replace('"version": 2', '"version": 9'));
    assertThrows(() => loadCheckpoint(folder), Error, "expected checkpoint version 2, got 9");
    Deno.writeTextFileSync(index, text.slice(0, 50));
    assertThrows(() => loadCheckpoint(folder), SyntaxError, "expected JSON");
    Deno.writeTextFileSync(index, "{}");
    assertThrows(
      () => loadCheckpoint(folder),
      SyntaxError,
      "expected a somnium-checkpoint, got format undefined",
    );
  });
});

Deno.test("checkShapes() names the first tensor that does not fit", () => {
  const wanted = { a: { shape: [2, 3] }, b: { shape: [1] } };
  checkShapes({ b: { shape: [1] }, a: { shape: [2, 3] } }, wanted);
  const fails = (arrays: Record<string, { shape: number[] }>, text: string) =>
    assertThrows(() => checkShapes(arrays, wanted, { what: "vision" }), TypeError, text);
  fails({ b: wanted.b }, 'Cannot restore vision: expected "a" in the checkpoint, got none');
  fails({ ...wanted, a: { shape: [3, 2] } }, 'expected "a" of shape [2,3], got [3,2] in the checkpoint');
  fails({ ...wanted, c: { shape: [] } }, 'expected no "c", got one in the checkpoint');
});

Deno.test("a checkpoint survives SIGKILL at any moment", async () => {
  await inFolder(async (folder) => {
    const url = new URL("../../../generative/train/checkpoint.ts", import.meta.url).href;
    const program = `
      import { saveCheckpoint } from "${url}";
      for (let step = 1;; step++) {
        const data = new Float32Array(20_000).fill(step);
        const group = { x: { shape: [data.length], data } };
        await saveCheckpoint("${folder}", { tensors: { parameters: group, optimiser: group }, data: { step } });
        if (step >= 20) console.log(step);
      }`;
    await Deno.writeTextFile(`${folder}/program.ts`, program);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-lock", "--no-check", `--config=${CONFIG}`, `${folder}/program.ts`],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGKILL");
    await reader.cancel();
    await child.status;
    const { arrays, data } = loadCheckpoint<{ step: number }>(folder);
    assert(data.step >= 20);
    for (const group of ["parameters", "optimiser"]) assertEquals(arrays[group].x.data[19_999], data.step);
  });
});
