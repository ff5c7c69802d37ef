import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { Batches } from "../../../generative/data/mod.ts";

const make = (seed = 1) => new Batches({ count: 10, batchSize: 3, random: new RandomStream(seed) });

Deno.test("Batches shows each example at most once an epoch, in an order of its own", () => {
  const batches = make();
  assertEquals(batches.perEpoch, 3);
  const epochs = [0, 1].map(() => [1, 2, 3].flatMap(() => [...batches.next().value as Int32Array]));
  for (const epoch of epochs) {
    assertEquals(new Set(epoch).size, 9);
    assert(epoch.every((index) => index >= 0 && index < 10));
  }
  assertNotEquals(epochs[0], epochs[1]);
  assertEquals(batches.position, 6);
});

Deno.test("Batches goes on from a saved position, in whatever order it is asked", () => {
  const whole = make();
  const all = Array.from({ length: 8 }, () => [...whole.next().value as Int32Array]);
  const resumed = make();
  resumed.position = 5;
  assertEquals([...resumed.next().value as Int32Array], all[5]);
  for (const position of [7, 0, 4, 3]) assertEquals([...resumed.at(position)], all[position]);
  assertNotEquals([...make(2).at(0)], all[0]);
});

Deno.test("Batches refuses sizes that do not fill a batch", () => {
  const random = new RandomStream(1);
  assertThrows(() => new Batches({ count: 2, batchSize: 3, random }), RangeError, "got batchSize 3, count 2");
  assertThrows(() => new Batches({ count: 2, batchSize: 0, random }), RangeError, "got batchSize 0");
});
