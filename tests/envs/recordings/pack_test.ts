import { assertEquals, assertThrows } from "@std/assert";
import { Packr } from "msgpackr";
import { RandomStream } from "../../../core/random_stream.ts";
import { pack } from "../../../envs/recordings/pack.ts";
import { unpack } from "../../../envs/recordings/unpack.ts";

const NUMBERS = [
  ...[
    0,
    1,
    31,
    32,
    127,
    128,
    255,
    256,
    65535,
    65536,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
    1e300,
  ],
  ...[-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53)],
  ...[0.1, -0.1, 5e-324, NaN, Infinity, -Infinity],
];
const ARRAYS = [
  new Uint8Array([1, 2]),
  new Int8Array([-1]),
  new Uint8ClampedArray([255]),
  new Int16Array([-300, 300]),
  new Uint16Array([65535]),
  new Int32Array([-(2 ** 31)]),
  new Uint32Array([2 ** 32 - 1]),
  new Float32Array([1.5, NaN, -0]),
  new Float64Array([0.1, -0]),
  new Float64Array(0),
  new Uint8Array(70_000).fill(7),
  new Float32Array(20_000).fill(7),
];
const TEXTS = [
  "",
  "a",
  "ä".repeat(31),
  "x".repeat(32),
  "y".repeat(256),
  "z".repeat(70_000),
  "𝄞 \u0000",
  "toString",
];

/** A value of everything that a state may hold. */
function anyValue(random: RandomStream, depth = 0): unknown {
  const pick = <T>(from: readonly T[]): T => from[random.integer(0, from.length)];
  switch (random.integer(0, depth < 4 ? 8 : 6)) {
    case 0:
      return pick(NUMBERS);
    case 1:
      return random.normal();
    case 2:
      return pick(TEXTS.slice(0, 5));
    case 3:
      return pick([true, false, null, undefined]);
    case 4:
      return pick(ARRAYS.slice(0, 10));
    case 5:
      return random.integer(-(2 ** 20), 2 ** 20);
    case 6:
      return Array.from({ length: random.integer(0, 20) }, () => anyValue(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from(
          { length: random.integer(0, 20) },
          (_, i) => [`${pick(TEXTS)}${i}`, anyValue(random, depth + 1)],
        ),
      );
  }
}

Deno.test("values come back to the bit, and msgpackr reads and writes the same", () => {
  const msgpackr = new Packr({ useRecords: false, moreTypes: true });
  const random = new RandomStream(3);
  const values = [...NUMBERS, -0, ...ARRAYS, ...TEXTS, {}, [], new Array(70_000).fill(1)];
  for (let i = 0; i < 300; i++) values.push(anyValue(random) as typeof values[number]);
  for (const value of values) {
    const bytes = pack(value);
    assertEquals(unpack(bytes), value);
    assertEquals(plain(msgpackr.unpack(bytes.slice())), plain(value));
    if (!Object.is(value, -0)) assertEquals(plain(unpack(msgpackr.pack(value).slice())), plain(value));
  }
});

/** Without the difference between 0 and -0, which msgpackr does not write, and Buffers as what they hold. */
function plain(value: unknown): unknown {
  if (typeof value === "number") return value + 0;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

Deno.test("what is no plain value is not packed, and where it lies is told", () => {
  class Thing {}
  let deep: unknown = 1;
  for (let i = 0; i < 66; i++) deep = [deep];
  const circle: unknown[] = [];
  circle.push(circle);
  const cases: [unknown, string][] = [
    [{ a: [1, new Map()] }, "Cannot record state.a[1]: expected plain values, got a Map"],
    [new Thing(), "Cannot record state: expected plain values, got a Thing"],
    [{ f() {} }, "Cannot record state.f: expected plain values, got a function"],
    [{ n: 3n }, "Cannot record state.n: expected plain values, got a bigint"],
    [new Date(0), "got a Date"],
    [new BigInt64Array(1), "got a BigInt64Array"],
    [deep, "expected values within values, at most 64, got more"],
    [circle, "expected values within values, at most 64, got more"],
  ];
  for (const [value, sentence] of cases) assertThrows(() => pack(value, "state"), TypeError, sentence);
});

Deno.test("bytes that claim too much, nest too deep or are none of a recording's are refused", () => {
  const of = (...bytes: number[]) => Uint8Array.from(bytes);
  const many = (count: number, byte: number) => new Uint8Array(count).fill(byte);
  const cases: [Uint8Array, string][] = [
    [of(), "a value is longer than what is left (byte 0)"],
    [of(0xc1), "the token c1 does not exist"],
    [of(1, 2), "more bytes follow the value (byte 1)"],
    [of(0xdd, 255, 255, 255, 255), "a value is longer than what is left (byte 5)"],
    [of(0xdf, 255, 255, 255, 255), "a value is longer than what is left"],
    [of(0xc6, 255, 255, 255, 255, 1), "a value is longer than what is left"],
    [of(0xdb, 255, 255, 255, 255, 65), "a value is longer than what is left"],
    [of(0xc9, 255, 255, 255, 255, 0x74), "a value is longer than what is left"],
    [many(1_000_000, 0x91), "values lie more than 64 deep"],
    [many(1_000_000, 0x81), "values lie more than 64 deep"],
    [of(0x81, 1, 2), "a key is not a name"],
    [of(0x81, 0xa9, ...new TextEncoder().encode("__proto__"), 0x80), "a key is not a name"],
    [of(0xcf, 255, 255, 255, 255, 255, 255, 255, 255), "an integer lies beyond 2^53"],
    [of(0xc7, 4, 0x74, 8, 1, 2, 3), "an array ends within a number"],
  ];
  for (const [bytes, sentence] of cases) assertThrows(() => unpack(bytes), SyntaxError, sentence);
  assertEquals(unpack(of(0xcf, 0, 0, 0, 1, 0, 0, 0, 0)), 2 ** 32);
  assertEquals(unpack(of(0xd3, 255, 255, 255, 255, 255, 255, 255, 254)), -2);
  assertEquals(unpack(of(0xca, 0x3f, 0xc0, 0, 0)), 1.5);
  assertEquals(unpack(of(0xd6, 0xff, 1, 2, 3, 4)), of(1, 2, 3, 4)); // an extension that no recording has
});
