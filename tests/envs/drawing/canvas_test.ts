import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Canvas, type Color } from "../../../envs/drawing/canvas.ts";
import { CoverageGrid } from "../../../envs/drawing/coverage_grid.ts";

const WIDTH = 12, HEIGHT = 9;
const RED: Color = [200, 0, 0];
const BLACK: Color = [0, 0, 0];

/** Draws on black; returns the levels of red, `[HEIGHT, WIDTH]`. */
function levels(draw: (canvas: Canvas) => void): number[] {
  const canvas = new Canvas(WIDTH, HEIGHT);
  const target = new Uint8Array(WIDTH * HEIGHT * 3);
  canvas.begin(target, BLACK);
  draw(canvas);
  const { deltas, marks } = CoverageGrid.shared(WIDTH, HEIGHT);
  assert(
    deltas.every((delta) => delta === 0) && marks.every((mark) => mark === 0),
    "a grid that is left empty",
  );
  return Array.from({ length: WIDTH * HEIGHT }, (_, i) => target[3 * i]);
}

/** Pixels' worth of red. */
function area(draw: (canvas: Canvas) => void): number {
  return levels(draw).reduce((sum, level) => sum + level, 0) / 200;
}

/** Whether a place lies inside a polygon, by the turns around it (all but 0). */
function isInside(corners: number[], x: number, y: number): boolean {
  let turns = 0;
  for (let i = 0, last = corners.length - 2; i < corners.length; last = i, i += 2) {
    const [x0, y0, x1, y1] = [corners[last], corners[last + 1], corners[i], corners[i + 1]];
    if ((y0 <= y) === (y1 <= y)) continue;
    if (x0 + (y - y0) * (x1 - x0) / (y1 - y0) < x) turns += y1 > y0 ? 1 : -1;
  }
  return turns !== 0;
}

Deno.test("pixels take a colour by the share that a shape covers", () => {
  const rectangle = levels((canvas) => canvas.rectangle(1.5, 2, 4, 3.25, RED));
  assertEquals(rectangle.slice(2 * WIDTH, 2 * WIDTH + 6), [0, 100, 200, 200, 0, 0]);
  assertEquals(rectangle.slice(3 * WIDTH, 3 * WIDTH + 6), [0, 25, 50, 50, 0, 0]);
  assertEquals(rectangle.filter((level) => level > 0).length, 6);
});

Deno.test("areas are exact, in either turn and beyond each border", () => {
  const cases: [string, number, (canvas: Canvas) => void][] = [
    ["a triangle", 12, (canvas) => canvas.polygon([1, 1, 7, 1, 1, 5], RED)],
    ["the other way round", 12, (canvas) => canvas.polygon([1, 5, 7, 1, 1, 1], RED)],
    ["an ellipse", Math.PI * 3.75, (canvas) => canvas.ellipse(6, 4, 2.5, 1.5, RED)],
    ["a line", 10, (canvas) => canvas.line(3, 2, 6, 6, 2, RED)],
    ["a line of no length", 0, (canvas) => canvas.line(3, 2, 3, 2, 2, RED)],
    ["left", 2 * Math.PI, (canvas) => canvas.ellipse(0, 4, 2, 2, RED)],
    ["right", 2 * Math.PI, (canvas) => canvas.ellipse(WIDTH, 4, 2, 2, RED)],
    ["above", 2 * Math.PI, (canvas) => canvas.ellipse(6, 0, 2, 2, RED)],
    ["below", 2 * Math.PI, (canvas) => canvas.ellipse(6, HEIGHT, 2, 2, RED)],
    ["in a corner", Math.PI, (canvas) => canvas.ellipse(WIDTH, HEIGHT, 2, 2, RED)],
    ["on all sides", WIDTH * HEIGHT, (canvas) => canvas.rectangle(-50, -50, 50, 50, RED)],
    ["beyond the right", 0, (canvas) => canvas.rectangle(WIDTH, 1, 30, 3, RED)],
    ["beyond the left", 0, (canvas) => canvas.ellipse(-3, 4, 2, 2, RED)],
    ["beyond the top", 0, (canvas) => canvas.ellipse(4, -3, 2, 2, RED)],
    ["beyond the bottom", 0, (canvas) => canvas.ellipse(4, HEIGHT + 3, 2, 2, RED)],
    ["no corners", 0, (canvas) => canvas.polygon([], RED)],
    ["half opaque", WIDTH * HEIGHT / 2, (canvas) => canvas.rectangle(0, 0, WIDTH, HEIGHT, RED, 0.5)],
    ["not opaque at all", 0, (canvas) => canvas.rectangle(0, 0, WIDTH, HEIGHT, RED, 0)],
  ];
  for (const [name, wanted, draw] of cases) assertAlmostEquals(area(draw), wanted, 0.09, name);
});

Deno.test("polygons of any kind agree with a count of points", () => {
  const random = new RandomStream(1);
  const samples = 16;
  for (let trial = 0; trial < 150; trial++) {
    // Triangles, which have no corner where edges of both turns share a pixel.
    const corners = Array.from({ length: 6 }, (_, i) => random.uniform(-8, (i % 2 ? HEIGHT : WIDTH) + 8));
    const drawn = levels((canvas) => canvas.polygon(corners, RED));
    for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
      const column = pixel % WIDTH, row = Math.floor(pixel / WIDTH);
      let count = 0;
      for (let i = 0; i < samples * samples; i++) {
        const x = column + (i % samples + 0.5) / samples;
        const y = row + (Math.floor(i / samples) + 0.5) / samples;
        if (isInside(corners, x, y)) count++;
      }
      // A point stands for all that is around it: along an edge that may err by a point a row.
      assertAlmostEquals(drawn[pixel] / 200, count / samples ** 2, 1.5 / samples, `trial ${trial}`);
    }
  }
});

Deno.test("neighbours that are added to one shape show no seam, and an overlap counts once", () => {
  const apart = levels((canvas) => {
    canvas.add([1, 1, 4.5, 1, 4.5, 6, 1, 6]);
    canvas.add([4.5, 1, 8, 1, 8, 6, 4.5, 6]);
    canvas.add([2, 2, 5, 2, 5, 4, 2, 4]);
    canvas.fill(RED);
  });
  assertEquals(apart, levels((canvas) => canvas.rectangle(1, 1, 8, 6, RED)));
});

Deno.test("opaque runs take the very colour, translucent ones mix with what is there", () => {
  const canvas = new Canvas(WIDTH, HEIGHT);
  const target = new Uint8Array(WIDTH * HEIGHT * 3).fill(77);
  canvas.begin(target);
  canvas.rectangle(0, 0, 6, 1, [10, 20, 30]);
  canvas.rectangle(3, 0, 9, 1, [110, 120, 130], 0.5);
  const pixel = (column: number) => [...target.subarray(3 * column, 3 * column + 3)];
  assertEquals([0, 3, 6, 9].map(pixel), [[10, 20, 30], [60, 70, 80], [94, 99, 104], [77, 77, 77]]);
  assertEquals(target.subarray(WIDTH * 3).every((level) => level === 77), true);
});

Deno.test("a target of another size and corners that are not finite are refused", () => {
  assertThrows(() => new Canvas(8, 6).begin(new Uint8Array(5), RED), RangeError, "expected 144 bytes, got 5");
  for (const odd of [NaN, Infinity, -Infinity]) {
    const refused = () => levels((canvas) => canvas.polygon([1, 1, odd, 3, 4, 4], RED));
    assertThrows(refused, RangeError, "expected finite corners");
    assertEquals(area(() => {}), 0);
  }
});
