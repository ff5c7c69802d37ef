import { assertEquals, assertThrows } from "@std/assert";
import { coverage, trainedRanges } from "../../agents/mod.ts";

Deno.test("coverage() counts what lies outside of the trained ranges, by measure and in any", () => {
  const ranges = trainedRanges({ age: [0, 1, 149], speed: [-1, 3, 2] });
  assertEquals(ranges, { age: [0, 149], speed: [-1, 3] });
  const result = coverage(ranges, { age: [0, 149, 150, 249, 20], speed: [3, -1, 0, 3.5, -1.5] });
  assertEquals(result, { decisions: 5, outside: { age: 2, speed: 2 }, unseen: 3 });
});

Deno.test("what was trained on is never unseen, and NaN always is", () => {
  const trained = { age: Float32Array.of(3, 8, 5), speed: Float64Array.of(0.1, 0.7, 0.3) };
  assertEquals(coverage(trainedRanges(trained), trained).unseen, 0);
  assertEquals(coverage(trainedRanges(trained), { age: [5], speed: [NaN] }).unseen, 1);
});

Deno.test("measures that only one side has, or of different lengths, are told", () => {
  const ranges = trainedRanges({ age: [0, 1], speed: [0, 1] });
  assertThrows(() => coverage(ranges, { age: [1] }), TypeError, '"speed"');
  assertThrows(() => coverage(ranges, { age: [1], speed: [1], gas: [1] }), TypeError, '"gas"');
  assertThrows(
    () => coverage(ranges, { age: [1, 2], speed: [1] }),
    RangeError,
    'expected 2 values of "speed", got 1',
  );
  assertThrows(() => trainedRanges({ age: [] }), RangeError, 'the range of "age"');
});
