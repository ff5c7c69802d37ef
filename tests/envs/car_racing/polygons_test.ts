import { assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { convexHull, polygonsTouch } from "../../../envs/car_racing/polygons.ts";
import { placePolygon } from "../../../envs/drawing/place_polygon.ts";

const SQUARE = [-1, -1, 1, -1, 1, 1, -1, 1];

function square(x: number, y: number, angle: number): Float64Array {
  const corners = new Float64Array(8);
  placePolygon(SQUARE, { x, y, angle }, corners);
  return corners;
}

Deno.test("polygons touch when an edge or a corner comes within the skin", () => {
  const fixed = square(0, 0, 0);
  assertEquals(polygonsTouch(fixed, square(2.019, 0, 0), 0.02), true);
  assertEquals(polygonsTouch(fixed, square(2.021, 0, 0), 0.02), false);
  // Corner to corner: 0.015 in both directions is 0.0212 apart.
  assertEquals(polygonsTouch(fixed, square(2.015, 2.015, 0), 0.02), false);
  assertEquals(polygonsTouch(fixed, square(2.014, 2.014, 0), 0.02), true);
  // One inside the other, and the other way round in turn.
  assertEquals(polygonsTouch(fixed, Float64Array.of(0, 0, 0, 0.1, 0.1, 0), 0.02), true);
});

Deno.test("touching agrees with the distance between points of the outlines", () => {
  const random = new RandomStream(1);
  for (let n = 0; n < 300; n++) {
    const [a, b] = [0, 1].map(() =>
      square(random.uniform(-1.5, 1.5), random.uniform(-1.5, 1.5), random.uniform(0, 7))
    );
    const distance = sampledDistance(a, b);
    // Near the skin the samples cannot tell.
    if (Math.abs(distance - 0.3) > 0.02) assertEquals(polygonsTouch(a, b, 0.3), distance < 0.3);
  }
});

Deno.test("the convex hull leaves out what lies inside and unties a bow", () => {
  assertEquals([...convexHull([[0, 0], [2, 0], [2, 2], [1, 1], [0, 2]])], [0, 0, 2, 0, 2, 2, 0, 2]);
  assertEquals([...convexHull([[0, 0], [2, 2], [2, 0], [0, 2]])], [0, 0, 2, 0, 2, 2, 0, 2]);
});

/** Distance between filled squares, by points on the outlines; 0 where one holds a corner of the other. */
function sampledDistance(a: Float64Array, b: Float64Array): number {
  const points = (corners: Float64Array) =>
    Array.from({ length: 400 }, (_, i) => {
      const [edge, t] = [2 * Math.floor(i / 100), (i % 100) / 100];
      const next = (edge + 2) % 8;
      return [0, 1].map((axis) => corners[edge + axis] * (1 - t) + corners[next + axis] * t);
    });
  const inside = (corners: Float64Array, [x, y]: number[]) =>
    [0, 2, 4, 6].every((i) => {
      const next = (i + 2) % 8;
      return (corners[next] - corners[i]) * (y - corners[i + 1]) -
          (corners[next + 1] - corners[i + 1]) * (x - corners[i]) >= 0;
    });
  const [pa, pb] = [points(a), points(b)];
  if (pa.some((point) => inside(b, point)) || pb.some((point) => inside(a, point))) return 0;
  let best = Infinity;
  for (const [x, y] of pa) for (const [u, v] of pb) best = Math.min(best, Math.hypot(x - u, y - v));
  return best;
}
