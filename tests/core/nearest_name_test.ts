import { assertEquals } from "@std/assert";
import { nearestName } from "../../core/nearest_name.ts";

Deno.test("nearestName() finds the name that was meant, or none", () => {
  assertEquals(nearestName("latentsize", ["hiddenSize", "latentSize", "seed"]), "latentSize");
  assertEquals(nearestName("sed", ["seed", "rounds"]), "seed");
  assertEquals(nearestName("xyz", ["latentSize"]), undefined);
});
