import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  decodeSafetensors,
  encodeSafetensors,
  loadCheckpoint,
  saveCheckpoint,
} from "../../../generative/train/mod.ts";
import { decodeBfloat16, decodeFloat16, encodeFloat16 } from "../../../generative/train/half_precision.ts";

/** Numbers beside their halves (IEEE 754, table of Wikipedia's "Half-precision floating-point format"). */
const KNOWN: [value: number, bits: number][] = [
  [0, 0x0000],
  [-0, 0x8000],
  [2 ** -24, 0x0001], // the least
  [1023 * 2 ** -24, 0x03ff], // the largest subnormal number
  [2 ** -14, 0x0400], // the least normal one
  [0.333251953125, 0x3555],
  [0.99951171875, 0x3bff], // the largest below one
  [1, 0x3c00],
  [1 + 2 ** -10, 0x3c01],
  [-2, 0xc000],
  [65504, 0x7bff], // the largest
  [Infinity, 0x7c00],
  [-Infinity, 0xfc00],
];

const halfOf = (value: number) => encodeFloat16(Float32Array.of(value))?.[0];

Deno.test("encodeFloat16() and decodeFloat16() agree with known bits", () => {
  for (const [value, bits] of KNOWN) {
    assertEquals([value, halfOf(value)], [value, bits]);
    assertEquals(decodeFloat16(Uint16Array.of(bits)), Float32Array.of(value));
  }
  assert(Number.isNaN(decodeFloat16(Uint16Array.of(0x7e01))[0]));
  assertEquals(halfOf(NaN)! & 0x7fff, 0x7e00);
});

Deno.test("encodeFloat16() rounds to the nearest half, and ties to the even one", () => {
  const ties: [value: number, bits: number][] = [
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01],
    [2 - 2 ** -11, 0x4000], // carries into the exponent
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.0001, 0x0001],
    [3 * 2 ** -25, 0x0002],
    [2 ** -14 - 2 ** -26, 0x0400], // from the subnormal numbers into the normal ones
    [1e-30, 0x0000],
  ];
  for (const [value, bits] of ties) {
    assertEquals([value, halfOf(value)], [value, bits]);
    assertEquals([-value, halfOf(-value)], [-value, bits | 0x8000]);
  }
});

Deno.test("every half survives the way to float32 and back", () => {
  const halves = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) =>
    (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0
  );
  assertEquals(encodeFloat16(decodeFloat16(halves)), halves);
});

Deno.test("encodeFloat16() gives nothing where a finite number would become infinite", () => {
  assertEquals(halfOf(65519), 0x7bff);
  assertEquals(halfOf(65520), undefined);
  assertEquals(halfOf(-1e30), undefined);
});

Deno.test("decodeBfloat16() reads the upper half of a float32", () => {
  const bits = Uint16Array.of(0x3f80, 0xc040, 0x7f80, 0x0001);
  assertEquals(decodeBfloat16(bits), Float32Array.of(1, -3, Infinity, 2 ** -133));
});

Deno.test("encodeSafetensors() writes halves where asked; integers, doubles and what would overflow stay", () => {
  const arrays = {
    weights: { shape: [3], data: Float32Array.of(0.5, -1.25, 1 / 3) },
    large: { shape: [2], data: Float32Array.of(1, 1e6) },
    double: { shape: [1], data: Float64Array.of(Math.PI) },
    count: { shape: [], data: Int32Array.of(7) },
    bytes: { shape: [1], data: Uint8Array.of(255) },
  };
  const bytes = encodeSafetensors(arrays, {}, { half: true });
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  assertEquals(header, {
    double: { dtype: "F64", shape: [1], "data_offsets": [0, 8] },
    large: { dtype: "F32", shape: [2], "data_offsets": [8, 16] },
    count: { dtype: "I32", shape: [], "data_offsets": [16, 20] },
    weights: { dtype: "F16", shape: [3], "data_offsets": [20, 26] },
    bytes: { dtype: "U8", shape: [1], "data_offsets": [26, 27] },
  });
  const { weights, ...exact } = decodeSafetensors(bytes).arrays;
  assertEquals(exact, {
    large: arrays.large,
    double: arrays.double,
    count: arrays.count,
    bytes: arrays.bytes,
  });
  assert(weights.data instanceof Float32Array);
  assertEquals([...weights.data.subarray(0, 2)], [0.5, -1.25]);
  assertAlmostEquals(weights.data[2], 1 / 3, 2 ** -12);
});

Deno.test("saveCheckpoint() in half precision takes half the room, and loads as any other", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const data = Float32Array.from({ length: 1000 }, (_, i) => i / 8);
    const tensors = { parameters: { kernel: { shape: [10, 100], data } } };
    await saveCheckpoint(folder, { tensors, data: { step: 1 }, half: true });
    assertEquals(loadCheckpoint(folder).arrays, tensors);
    const { size } = await Deno.stat(`${folder}/parameters.1.safetensors`);
    assert(size < 2200, `expected about 2,000 bytes, got ${size}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
