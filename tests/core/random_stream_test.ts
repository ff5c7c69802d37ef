import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../core/random_stream.ts";

Deno.test("RandomStream gives the same numbers for the same seed and others for another", () => {
  const draw = (seed: number) =>
    Array.from({ length: 8 }, ((stream) => () => stream.uint32())(new RandomStream(seed)));
  assertEquals(draw(3), draw(3));
  assertNotEquals(draw(3), draw(4));
});

Deno.test("RandomStream.fork() depends on the labels, not on what was drawn before", () => {
  const fresh = new RandomStream(5), used = new RandomStream(5);
  used.normal();
  assertEquals(used.fork("vision").uint32(), fresh.fork("vision").uint32());
  assertNotEquals(fresh.fork("vision").uint32(), fresh.fork("memory").uint32());
  assertEquals(fresh.fork("a").fork("b").path, "a/b");
});

Deno.test("RandomStream.fromState() goes on with the same numbers", () => {
  const stream = new RandomStream(11).fork("x");
  for (let i = 0; i < 5; i++) stream.normal();
  const saved = JSON.parse(JSON.stringify(stream.state()));
  const expected = [stream.uniform(), stream.normal(), stream.integer(0, 100)];
  const restored = RandomStream.fromState(saved);
  assertEquals([restored.uniform(), restored.normal(), restored.integer(0, 100)], expected);
});

Deno.test("RandomStream has the moments of its distributions", () => {
  const stream = new RandomStream(1), n = 20000;
  let sum = 0, squares = 0, uniforms = 0;
  for (let i = 0; i < n; i++) {
    const x = stream.normal();
    sum += x;
    squares += x * x;
    uniforms += stream.uniform(2, 4);
  }
  assertAlmostEquals(sum / n, 0, 0.03);
  assertAlmostEquals(squares / n, 1, 0.05);
  assertAlmostEquals(uniforms / n, 3, 0.02);
});

Deno.test("RandomStream rejects bad seeds and empty ranges", () => {
  assertThrows(() => new RandomStream(-1), RangeError, "expected an integer >= 0, got -1");
  assertThrows(() => new RandomStream(0.5), RangeError);
  assertThrows(() => new RandomStream(0).integer(3, 3), RangeError, "[3, 3)");
});

Deno.test("pick() draws an index as often as its share of the weights", () => {
  const stream = new RandomStream(4);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 10_000; i++) counts[stream.pick([1, 0, 6, 3])]++;
  assertEquals(counts[1], 0);
  for (const [index, share] of [0.1, 0, 0.6, 0.3].entries()) {
    assert(Math.abs(counts[index] / 10_000 - share) < 0.02, `${counts}`);
  }
});
