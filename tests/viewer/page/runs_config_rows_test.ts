import { assertEquals } from "@std/assert";
import { configRows, experimentKey } from "../../../viewer/page/runs/config_rows.ts";

Deno.test("configRows() says which settings differ, nested ones too", () => {
  const rows = configRows([
    { seed: 1, vision: "small", machine: { cores: 2, name: "a" }, list: [1, 2] },
    { seed: 2, vision: "small", machine: { cores: 2, name: "b" }, list: [1, 2], extra: true },
  ]);
  assertEquals(rows.filter(({ differs }) => differs).map(({ key, values }) => [key, ...values]), [
    ["seed", "1", "2"],
    ["machine.name", "a", "b"],
    ["extra", undefined, "true"],
  ]);
  assertEquals(rows.map(({ key }) => key), [
    "seed",
    "vision",
    "machine.cores",
    "machine.name",
    "list",
    "extra",
  ]);
});

Deno.test("configRows() does not take an unknown run for a different one", () => {
  const rows = configRows([{ vision: "small" }, undefined, { vision: "small" }]);
  assertEquals(rows, [{ key: "vision", values: ["small", undefined, "small"], differs: false }]);
});

Deno.test("experimentKey() is the same for runs that differ by their seeds alone", () => {
  assertEquals(
    experimentKey({ seed: 1, rounds: 24, gas: 0.2 }),
    experimentKey({ gas: 0.2, rounds: 24, seed: 2 }),
  );
  assertEquals(experimentKey({ seed: 1, rounds: 24 }) === experimentKey({ seed: 1, rounds: 25 }), false);
  assertEquals(experimentKey(undefined), undefined);
});
