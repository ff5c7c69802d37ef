import { assert, assertEquals, assertThrows } from "@std/assert";
import { readCounts, testBatches } from "../../tasks/test_batches.ts";

Deno.test("every test file is in one batch; long ones are alone, and the longest come first", () => {
  const batches = testBatches(["tests"]);
  const files = batches.flat();
  assertEquals(new Set(files).size, files.length);
  for (
    const file of [
      "tests/house_test.ts",
      "tests/tasks/test_batches_test.ts",
      "tests/core/random_stream_test.ts",
    ]
  ) {
    assert(files.includes(file), file);
  }
  assertEquals(files.filter((file) => file.includes("support")), [], "support is no test");
  const shared = batches.findIndex((batch) => batch.length > 1);
  const first = batches.slice(0, shared).flat();
  assertEquals(files.at(-1), "tests/viewer/browser/soak_test.ts", "it keeps a core busy for minutes");
  assert(first.every((file) => Deno.statSync(file).isFile));
  const alone = batches.filter((batch) => batch.length === 1).flat();
  for (const folder of ["tests/tasks/", "tests/viewer/browser/"]) {
    const inside = files.filter((file) => file.startsWith(folder));
    assertEquals(inside.filter((file) => !alone.includes(file)), []);
  }
});

Deno.test("tests that wait for browsers start evenly among those that compute", () => {
  const waits = testBatches(["tests"]).slice(0, -1).map(([file]) => file.startsWith("tests/viewer/browser/"));
  const rest = waits.slice(waits.findIndex((wait, i) => !wait && i > 8));
  const [first, second] = [rest.slice(0, rest.length / 2), rest.slice(rest.length / 2)]
    .map((half) => half.filter((wait) => wait).length);
  assert(Math.abs(first - second) <= 2, `${first} in the first half, ${second} in the second`);
});

Deno.test("files and folders are named once, whatever they overlap; a path that is not there is refused", () => {
  assertEquals(testBatches(["tests/house_test.ts", "./tests/house_test.ts"]), [["tests/house_test.ts"]]);
  const core = testBatches(["tests/core"]).flat();
  assertEquals(testBatches(["tests/core", "tests/core/pictures"]).flat().toSorted(), core.toSorted());
  assertThrows(() => testBatches(["tests/nowhere"]), Deno.errors.NotFound);
});

Deno.test("counts are read from the last line of deno test, and missing where it was cut short", () => {
  const line = "\x1b[0m\x1b[32mok\x1b[0m | 12 passed (3 steps) | 0 failed | 2 ignored \x1b[0m(4s)\x1b[0m\n";
  assertEquals(readCounts(`a ... ok\n\n${line}`), { passed: 12, failed: 0, ignored: 2 });
  assertEquals(readCounts("\nFAILED | 0 passed | 1 failed (17s)\nerror: Test failed\n"), {
    passed: 0,
    failed: 1,
    ignored: 0,
  });
  assertEquals(readCounts("a ... ok (5ms)\nSegmentation fault"), undefined);
});
