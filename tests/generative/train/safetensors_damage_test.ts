import { assertEquals, assertThrows } from "@std/assert";
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "../../../generative/train/mod.ts";

/** A file of this header, followed by as many bytes of numbers. */
function file(header: unknown, dataBytes: number): Uint8Array {
  const head = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + head.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  return bytes;
}

const tensor = (shape: unknown, offsets: unknown, dtype: unknown = "F32") => ({
  dtype,
  shape,
  "data_offsets": offsets,
});

function refuses(header: unknown, dataBytes: number, text: string): void {
  assertThrows(() => decodeSafetensors(file(header, dataBytes), "x"), SafetensorsError, text);
}

Deno.test("decodeSafetensors() refuses shapes and offsets that are no whole numbers of 0 or more", () => {
  const shapes = [[-2, -3], [1.5, 4], ["2", "3"], [6, null], "6", null, [2 ** 60]];
  for (const shape of shapes) refuses({ a: tensor(shape, [0, 24]) }, 24, 'offsets that agree for "a"');
  for (const offsets of [[0.5, 24.5], [-24, 0], [24, 0], ["0", "24"], [0, 24, 48], [0], null]) {
    refuses({ a: tensor([6], offsets) }, 48, 'offsets that agree for "a"');
  }
  for (const dtype of ["constructor", "F99", 5, null]) {
    refuses({ a: tensor([6], [0, 24], dtype) }, 24, 'dtype, shape and offsets that agree for "a"');
  }
  for (const entry of [null, 5, [], "text"]) refuses({ a: entry }, 0, 'for "a"');
});

Deno.test("decodeSafetensors() refuses tensors that overlap, holes between them and bytes behind them", () => {
  const a = tensor([2], [0, 8]);
  refuses({ a, b: tensor([2], [4, 12]) }, 12, 'got "b", which overlaps the one before it');
  refuses({ a, b: tensor([2], [0, 8]) }, 8, 'got "b", which overlaps the one before it');
  refuses({ a, b: tensor([2], [12, 20]) }, 20, 'got "b", which follows bytes that belong to no tensor');
  refuses({ a: tensor([2], [4, 12]) }, 12, 'got "a", which follows bytes that belong to no tensor');
  refuses({ a }, 11, "expected the end of the file, got 3 bytes more");
  refuses({}, 1, "expected the end of the file, got 1 bytes more");
});

Deno.test("decodeSafetensors() refuses metadata that are no texts, and a name that is none", () => {
  for (const metadata of [null, 5, "text", [], { epoch: 3 }, { epoch: null }]) {
    refuses({ "__metadata__": metadata }, 0, 'expected texts by key as "__metadata__"');
  }
  refuses(`{"__proto__":${JSON.stringify(tensor([2], [0, 8]))}}`, 8, 'for "__proto__"');
});

Deno.test("decodeSafetensors() takes tensors in any order, and several without numbers at one place", () => {
  const bytes = file({
    late: tensor([1], [4, 8]),
    none: tensor([0, 3], [4, 4]),
    early: tensor([], [0, 4]),
    nothing: tensor([0], [8, 8]),
  }, 8);
  const { arrays } = decodeSafetensors(bytes);
  assertEquals(
    Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name, [shape, data.length]])),
    { early: [[], 1], none: [[0, 3], 0], late: [[1], 1], nothing: [[0], 0] },
  );
  assertEquals(decodeSafetensors(encodeSafetensors({})), { arrays: {}, metadata: {} });
});
