import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { nearestFrames } from "../../../viewer/page/latents/nearest_frames.ts";
import { principalComponents, project } from "../../../viewer/page/latents/principal_components.ts";
import { similarFirst } from "../../../viewer/page/latents/similar_first.ts";

Deno.test("points on a line have one component: the line's direction, all the variance", () => {
  const rows = new Float32Array([1, 1, 3, 2, 5, 3, 7, 4]); // along (2, 1)
  const found = principalComponents(rows, { size: 2, components: 2 });
  assertEquals([...found.mean], [4, 2.5]);
  assertAlmostEquals(found.directions[0][0], 2 / Math.sqrt(5), 1e-6);
  assertAlmostEquals(found.directions[0][1], 1 / Math.sqrt(5), 1e-6);
  assertAlmostEquals(found.explained[0], 1, 1e-9);
  assertAlmostEquals(found.explained[1], 0, 1e-9);
  const step = Math.sqrt(5);
  for (const [n, at] of [-1.5, -0.5, 0.5, 1.5].entries()) {
    assertAlmostEquals(found.scores[0][n], at * step, 1e-6);
  }
});

Deno.test("the explained variance is that of independent columns, and directions are orthogonal", () => {
  const random = new RandomStream(1);
  const rows = Float32Array.from({ length: 4000 * 3 }, (_, i) => random.normal() * [1, 3, 2][i % 3]);
  const { explained, directions } = principalComponents(rows, { size: 3, components: 3 });
  for (const [n, variance] of [9, 4, 1].entries()) assertAlmostEquals(explained[n], variance / 14, 0.03);
  for (const [n, axis] of [1, 2, 0].entries()) assert(directions[n][axis] > 0.99);
  const dot = directions[0].reduce((sum, value, i) => sum + value * directions[1][i], 0);
  assertAlmostEquals(dot, 0, 1e-9);
});

Deno.test("more columns than rows give what the transposed way gives", () => {
  const random = new RandomStream(2);
  const rows = Float32Array.from({ length: 5 * 8 }, () => random.normal());
  const { scores, explained, directions } = principalComponents(rows, { size: 8, components: 2 });
  const variance = (values: Float64Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  assertAlmostEquals(Math.hypot(...directions[0]), 1, 1e-9);
  assertAlmostEquals(variance(scores[0]) / variance(scores[1]), explained[0] / explained[1], 1e-6);
});

Deno.test("a row is projected to its own scores", () => {
  const random = new RandomStream(3);
  const rows = Float32Array.from({ length: 20 * 4 }, () => random.normal());
  const found = principalComponents(rows, { size: 4, components: 2 });
  const [x, y] = project(found, rows.subarray(12, 16));
  assertAlmostEquals(x, found.scores[0][3], 1e-6);
  assertAlmostEquals(y, found.scores[1][3], 1e-6);
});

Deno.test("one row alone, or rows that are all the same, are no reason to fail", () => {
  for (const rows of [new Float32Array([1, 2, 3]), new Float32Array([1, 2, 3, 1, 2, 3])]) {
    const { scores, explained } = principalComponents(rows, { size: 3, components: 2 });
    for (const column of scores) for (const score of column) assertAlmostEquals(score, 0, 1e-9);
    for (const part of explained) assertAlmostEquals(part, 0, 1e-9);
  }
});

Deno.test("the nearest frames come closest first, a frame itself at distance 0", () => {
  const rows = new Float32Array([0, 0, 3, 4, 1, 0, 6, 8]);
  assertEquals(nearestFrames(rows, new Float32Array([0, 0]), { count: 3 }), [
    { row: 0, distance: 0 },
    { row: 2, distance: 1 },
    { row: 1, distance: 5 },
  ]);
});

Deno.test("of frames next to each other in time only the nearest counts", () => {
  const rows = new Float32Array([0, 0.1, 0.2, 5, 6, 7]);
  const found = nearestFrames(rows, new Float32Array([0.1]), { count: 5, apart: 3 });
  assertEquals(found.map(({ row }) => row), [1, 4]);
});

Deno.test("columns of like values stand together", () => {
  const random = new RandomStream(4);
  const [size, count] = [12, 60];
  const rows = new Float32Array(count * size);
  for (let n = 0; n < count; n++) {
    const kinds = [Math.sin(n / 10), Math.sin(n / 10) + 2, -1 + Math.cos(n), 0];
    for (let column = 0; column < size; column++) { // the kinds are shuffled among each other
      rows[n * size + column] = kinds[column % 4] + 0.01 * random.normal();
    }
  }
  const order = similarFirst(rows, size);
  assertEquals(order.toSorted((a, b) => a - b), Array.from({ length: size }, (_, column) => column));
  const kinds = order.map((column) => column % 4);
  const changes = kinds.filter((kind, n) => kind !== kinds[(n + 1) % size]).length;
  assertEquals(changes, 4); // in a circle, each kind in one piece
});
