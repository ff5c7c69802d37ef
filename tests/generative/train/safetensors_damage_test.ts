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
  for (const dtype of ["constructor", "__proto__", "", 5, null]) {
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

/** A file with one tensor of this type and these bytes, and the float32 1.5 behind it. */
function typed(dtype: string, count: number, bytes: Uint8Array): Uint8Array {
  const end = bytes.length;
  const whole = file({ a: tensor([count], [0, end], dtype), b: tensor([1], [end, end + 4]) }, end + 4);
  whole.set(bytes, whole.length - end - 4);
  whole.set(new Uint8Array(Float32Array.of(1.5).buffer), whole.length - 4);
  return whole;
}

const bytesOf = ({ buffer }: { buffer: ArrayBufferLike }) => new Uint8Array(buffer as ArrayBuffer);

Deno.test("decodeSafetensors() reads the types that others write, where their numbers fit", () => {
  const cases: [string, Uint8Array, number[]][] = [
    ["F64", bytesOf(Float64Array.of(0.1, -2)), [0.1, -2]],
    ["F16", bytesOf(Uint16Array.of(0x3c00, 0xc000)), [1, -2]],
    ["BF16", bytesOf(Uint16Array.of(0x3f80, 0xc000)), [1, -2]],
    ["I64", bytesOf(BigInt64Array.of(-(2n ** 31n), 7n)), [-(2 ** 31), 7]],
    ["U64", bytesOf(BigUint64Array.of(0n, 7n)), [0, 7]],
    ["I32", bytesOf(Int32Array.of(-5, 7)), [-5, 7]],
    ["U32", bytesOf(Uint32Array.of(5, 2 ** 31 - 1)), [5, 2 ** 31 - 1]],
    ["I16", bytesOf(Int16Array.of(-5, 7)), [-5, 7]],
    ["U16", bytesOf(Uint16Array.of(65535, 7)), [65535, 7]],
    ["I8", bytesOf(Int8Array.of(-5, 7)), [-5, 7]],
    ["U8", Uint8Array.of(255, 7), [255, 7]],
    ["BOOL", Uint8Array.of(1, 0), [1, 0]],
  ];
  for (const [dtype, bytes, numbers] of cases) {
    const { a, b } = decodeSafetensors(typed(dtype, 2, bytes)).arrays;
    assertEquals([[...a.data], [...b.data]], [numbers, [1.5]], dtype);
  }
  refuses({ a: tensor([2], [0, 8], "I64") }, 8, 'offsets that agree for "a"');
});

Deno.test("decodeSafetensors() refuses what it cannot read only where that is asked for", () => {
  const cases: [string, Uint8Array, string][] = [
    ["F8_E4M3", Uint8Array.of(1, 2), "the type F8_E4M3"],
    ["F4", Uint8Array.of(1), "the type F4"],
    ["I64", bytesOf(BigInt64Array.of(0n, 2n ** 31n)), "the integer 2147483648, which is beyond int32"],
    ["U64", bytesOf(BigUint64Array.of(2n ** 64n - 1n, 0n)), "the integer 18446744073709551615"],
    ["U32", bytesOf(Uint32Array.of(2 ** 32 - 1, 0)), "the integer 4294967295"],
  ];
  for (const [dtype, bytes, text] of cases) {
    const { arrays } = decodeSafetensors(typed(dtype, 2, bytes), "x");
    assertEquals([Object.keys(arrays), arrays.b.data[0]], [["b"], 1.5]);
    assertThrows(
      () => arrays.a,
      SafetensorsError,
      `Cannot read "x": expected "a" as numbers that can be read, got ${text}`,
    );
  }
});
