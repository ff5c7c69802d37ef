import { assert, assertEquals } from "@std/assert";
import { deepEqual, shareMemory } from "../../../envs/checks/deep_equal.ts";

Deno.test("deepEqual compares plain values to the bit", () => {
  const value = () => ({
    a: [1, NaN, { b: new Float32Array([1, NaN]) }],
    c: null,
    d: "x",
    e: new Map([[1, [2]]]),
  });
  assert(deepEqual(value(), value()));
  const others: unknown[] = [
    { ...value(), d: "y" },
    { ...value(), f: undefined },
    { ...value(), c: undefined },
    { ...value(), a: [1, NaN, { b: new Float32Array([1, 2]) }] },
    { ...value(), a: [1, NaN, { b: new Float64Array([1, NaN]) }] },
    { ...value(), e: new Map([[1, [3]]]) },
    null,
    7,
  ];
  for (const other of others) assert(!deepEqual(value(), other) && !deepEqual(other, value()));
  assertEquals([deepEqual(0, -0), deepEqual([], {}), deepEqual(NaN, NaN)], [false, false, true]);
});

Deno.test("shareMemory finds shared objects and overlapping arrays, however deep", () => {
  const bytes = new Uint8Array(8);
  const inner = {};
  assert(shareMemory(bytes, bytes) && shareMemory(bytes.subarray(0, 5), bytes.subarray(4)));
  assert(!shareMemory(bytes.subarray(0, 4), bytes.subarray(4)) && !shareMemory(bytes, bytes.slice()));
  assert(shareMemory({ a: [{ b: bytes }] }, { a: [{ b: bytes.subarray(1) }] }));
  assert(shareMemory({ inner }, { inner }) && !shareMemory({ inner }, { inner: {} }));
  assert(!shareMemory({ a: 1, b: "x" }, { a: 1, b: "x" }) && !shareMemory(null, null));
});
