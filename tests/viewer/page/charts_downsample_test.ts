import { assert, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { downsample } from "../../../viewer/page/charts/downsample.ts";

Deno.test("downsample() keeps short lines whole", () => {
  assertEquals(downsample(undefined, [3, 1, 2], { columns: 100, from: 0, to: 2 }), [0, 1, 2]);
  assertEquals(downsample(undefined, [], { columns: 100, from: 0, to: 1 }), []);
});

Deno.test("downsample() keeps the extrema, the ends and the breaks of every pixel column", () => {
  const random = new RandomStream(4);
  const count = 20_480;
  const y = Float64Array.from({ length: count }, () => random.uniform());
  y[7_777] = 50;
  y[12_345] = -50;
  y[3_333] = Infinity;
  const columns = 256;
  const kept = downsample(undefined, y, { columns, from: 0, to: count });
  assert(kept.length <= columns * 5 + 1, `${kept.length} are too many`);
  assertEquals(kept, [...new Set(kept)].sort((a, b) => a - b));
  for (let column = 0; column < columns; column++) {
    const [start, end] = [column * 80, column * 80 + 80];
    const all = y.subarray(start, end).filter(Number.isFinite);
    const own = kept.filter((index) => index >= start && index < end).map((index) => y[index]);
    assertEquals(Math.min(...own.filter(Number.isFinite)), Math.min(...all));
    assertEquals(Math.max(...own.filter(Number.isFinite)), Math.max(...all));
    assertEquals(own.includes(Infinity), column === 41);
    assert(kept.includes(start) && kept.includes(end - 1));
  }
});

Deno.test("downsample() of a part keeps one value beyond each end", () => {
  const x = Array.from({ length: 1000 }, (_, i) => i * 10);
  const kept = downsample(x, x, { columns: 1000, from: 2_005, to: 3_004 });
  assertEquals([kept[0], kept.at(-1)], [200, 301]);
});
