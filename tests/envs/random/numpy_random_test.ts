// deno-lint-ignore-file camelcase -- the golden data's names
import { assertEquals, assertThrows } from "@std/assert";
import { generateState, NumpyRandom, seedPool } from "../../../envs/random/numpy_random.ts";
import { readFixture } from "../../support/fixtures.ts";

interface Check {
  pool: string[];
  generate_state_4_u64: string[];
  pcg64_state: string;
  pcg64_inc: string;
  random_raw_hex: string[];
  random: number[];
}

const { checks } = await readFixture<{ checks: Record<string, Check> }>("car_racing/rng.json");
const hex = (value: number | bigint, digits: number) => value.toString(16).padStart(digits, "0");

for (const [name, check] of Object.entries(checks)) {
  const seed = Number(name);
  Deno.test(`seed ${name} gives NumPy's pool, state, words and doubles`, () => {
    assertEquals(seedPool(seed).map((word) => hex(word, 8)), check.pool);
    const words = generateState(seedPool(seed), 8);
    const pairs = [0, 2, 4, 6].map((i) => hex(words[i + 1], 8) + hex(words[i], 8));
    assertEquals(pairs, check.generate_state_4_u64);
    const random = new NumpyRandom(seed);
    assertEquals(random.state(), { state: check.pcg64_state, increment: check.pcg64_inc, leftover: null });
    assertEquals(check.random_raw_hex.map(() => hex(random.uint64(), 16)), check.random_raw_hex);
    const fresh = new NumpyRandom(seed);
    assertEquals(check.random.map(() => fresh.random()), check.random);
  });
}

Deno.test("integers take half a word each, as NumPy's do", () => {
  // numpy.random.default_rng(5).integers(3) seven times, then random().
  const random = new NumpyRandom(5);
  assertEquals(Array.from({ length: 7 }, () => random.integer(3)), [2, 2, 0, 2, 1, 1, 1]);
  assertEquals(random.random(), 0.053930702381656426);
  assertEquals(random.integer(1), 0);
  // default_rng(12).integers(4000000000): a count that makes Lemire's method reject now and then.
  const wide = new NumpyRandom(12);
  const expected = [2450794033, 1003297831, 3891942657, 3787011770, 257675277, 757281538, 797943728];
  assertEquals(expected.map(() => wide.integer(4e9)), expected);
});

Deno.test("a generator goes on from its saved state", () => {
  const random = new NumpyRandom(3);
  random.integer(10);
  const copy = NumpyRandom.fromState(JSON.parse(JSON.stringify(random.state())));
  assertEquals([copy.uint32(), copy.random()], [random.uint32(), random.random()]);
});

Deno.test("seeds and counts that NumPy would not take are named", () => {
  for (const seed of [-1, 1.5, NaN, 2 ** 60]) {
    assertThrows(() => new NumpyRandom(seed), RangeError, `expected an integer >= 0, got ${seed}`);
  }
  assertThrows(() => new NumpyRandom(0).integer(0), RangeError, "expected a count");
});
