import { assertEquals } from "@std/assert";
import { INFO_VALUES, InfoRows } from "../../../envs/vector/info_rows.ts";

function twoSides(): [InfoRows, InfoRows] {
  const [numbers, written] = [new Float64Array(2 * INFO_VALUES), new Uint8Array(2)];
  return [new InfoRows(numbers, written), new InfoRows(numbers, written)];
}

Deno.test("infos of numbers and booleans go through shared memory to the bit, once their names are known", () => {
  const [here, there] = twoSides();
  const info = { speed: -0, off: true, lap: NaN };
  assertEquals(here.write(1, info), false);
  here.learn(1, info);
  there.learn(1, info);
  assertEquals(there.read(1), undefined);
  assertEquals(here.write(1, { speed: 0.1, off: false, lap: -Infinity }), true);
  assertEquals(there.read(1), { speed: 0.1, off: false, lap: -Infinity });
  assertEquals([here.write(1, info), there.read(1), there.read(0)], [true, info, undefined]);
  here.clear(1);
  assertEquals(there.read(1), undefined);
});

Deno.test("an info of other names, kinds or too many values does not go through shared memory", () => {
  const [here] = twoSides();
  here.learn(0, { a: 1, b: 2 });
  for (const other of [{ a: 1 }, { b: 2, a: 1 }, { a: 1, b: true }, { a: 1, b: 2, c: 3 }, { a: 1, b: "2" }]) {
    assertEquals(here.write(0, other), false, JSON.stringify(other));
  }
  const many = Object.fromEntries(Array.from({ length: INFO_VALUES + 1 }, (_, i) => [`n${i}`, i]));
  for (const info of [{ text: "no" }, many, { list: [1] }]) {
    here.learn(0, info);
    assertEquals(here.write(0, info), false, JSON.stringify(info));
  }
  here.learn(0, {});
  assertEquals(here.write(0, {}), true);
});
