import { assertEquals, assertThrows } from "@std/assert";
import { KindRegistry } from "../../core/kind_registry.ts";

Deno.test("kinds come in their order, those of one's own last, and no name stands twice", () => {
  const [tree, stone, bird] = ["tree", "stone", "bird"].map((name) => ({ name }));
  const registry = new KindRegistry("thing", [tree, stone]);
  registry.register(bird);
  assertEquals(registry.all(), [tree, stone, bird]);
  assertEquals([registry.get("bird"), registry.has("bird"), registry.has("fish")], [bird, true, false]);
  assertThrows(
    () => registry.register({ name: "tree" }),
    RangeError,
    'Cannot register thing "tree": expected a name of its own, got one that is taken',
  );
  assertThrows(
    () => registry.get("birds"),
    RangeError,
    'Cannot find thing "birds": expected one of tree, stone, bird (did you mean "bird"?)',
  );
  assertEquals(new KindRegistry("thing", [tree]).all(), [tree], "another registry knows nothing of it");
});
