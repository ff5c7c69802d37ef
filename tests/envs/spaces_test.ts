import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../core/random_stream.ts";
import { Box, Discrete, spaceSize } from "../../envs/mod.ts";

Deno.test("Box explains what does not belong", () => {
  const box = new Box([-1, 0, 0], [1, 1, 1]);
  assertEquals([box.shape, box.dtype, spaceSize(box)], [[3], "float32", 3]);
  assertEquals(box.explain([0.5, 1, 0]), undefined);
  assertEquals(box.explain([0.5, 1]), "expected 3 numbers (shape [3]), got 2");
  assertEquals(box.explain([0, NaN, 0]), "expected a number in [0, 1] at index 1, got NaN");
  assertEquals(box.explain([-1.5, 0, 0]), "expected a number in [-1, 1] at index 0, got -1.5");
  assertEquals(
    box.explain(undefined as unknown as number[]),
    "expected 3 numbers (shape [3]), got undefined",
  );
  const bytes = new Box(0, 255, { shape: [2, 2], dtype: "uint8" });
  assertEquals(bytes.explain([0, 255, 3, 0.5]), "expected an integer in [0, 255] at index 3, got 0.5");
});

Deno.test("Box samples in its bounds, with its type", () => {
  const random = new RandomStream(1);
  const box = new Box([-1, 0], [1, 5]);
  const seen = Array.from({ length: 200 }, () => box.sample(random));
  assert(seen.every((value) => value instanceof Float32Array && box.explain(value) === undefined));
  assert(seen.some((value) => value[1] > 4) && seen.some((value) => value[0] < -0.5));
  const bits = new Box(0, 1, { shape: [400], dtype: "uint8" }).sample(random);
  assert(bits instanceof Uint8Array && bits.includes(0) && bits.includes(1));
  assertEquals(box.sample(new RandomStream(9)), box.sample(new RandomStream(9)));
});

Deno.test("Box samples floats without a bound, or with one, as Gymnasium does", () => {
  const random = new RandomStream(3);
  const box = new Box([-Infinity, 2, -Infinity], [Infinity, Infinity, -1]);
  const seen = Array.from({ length: 5000 }, () => box.sample(random));
  assert(seen.every((value) => box.explain(value) === undefined && value.every(Number.isFinite)));
  const mean = (i: number) => seen.reduce((sum, value) => sum + value[i], 0) / seen.length;
  [0, 3, -2].forEach((expected, i) => assertAlmostEquals(mean(i), expected, 0.05));
});

Deno.test("Box refuses bounds that contradict", () => {
  assertThrows(() => new Box([0, 2], [1, 1]), RangeError, "got [2, 1] at index 1");
  assertThrows(() => new Box([0, 0], 1, { shape: [3] }), RangeError, "expected 3 bounds, got 2");
});

Deno.test("a Box of floats takes its bounds in single precision, as they are stored", () => {
  const box = new Box([-0.7, 0.1], [0.7, 0.2]);
  for (const value of [[0.7, 0.1], Float32Array.of(-0.7, 0.2)]) assertEquals(box.explain(value), undefined);
  assertEquals(box.explain([0.7001, 0.1]), "expected a number in [-0.7, 0.7] at index 0, got 0.7001");
  const whole = new Box(0, 3, { shape: [1], dtype: "int32" });
  assertEquals(whole.explain([3.00000001]), "expected an integer in [0, 3] at index 0, got 3.00000001");
});

Deno.test("Discrete takes one of its integers, as an array of one", () => {
  const space = new Discrete(5);
  assertEquals(space.explain([4]), undefined);
  assertEquals(space.explain([5]), "expected an integer in [0, 4], got 5");
  assertEquals(space.explain([0.5]), "expected an integer in [0, 4], got 0.5");
  assertEquals(space.explain([1, 2]), "expected 1 number (shape []), got 2");
  const random = new RandomStream(2);
  const seen = new Set(Array.from({ length: 100 }, () => space.sample(random)[0]));
  assertEquals([...seen].sort(), [0, 1, 2, 3, 4]);
  assertThrows(() => new Discrete(0), RangeError, "got 0");
});
