import { assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { CoverageGrid } from "../../../envs/drawing/coverage_grid.ts";

/** Coverage of all cells by a layer, the running sums of their rows. */
function coverage({ width, height, stride, deltas, layers }: CoverageGrid, layer = 0): number[] {
  const cells: number[] = [];
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += deltas[(row * stride + column) * layers + layer];
      cells.push(sum);
    }
  }
  return cells;
}

Deno.test("an edge that enters the grid's rows beyond its right border leaves no mark", () => {
  const grid = new CoverageGrid(96, 84);
  // At the upper border, y = 0, it is at x = 98.3 already.
  grid.addEdge(93.8, -2.9, 98.6, 0.23, 0, 1);
  for (const cell of coverage(grid)) assertAlmostEquals(cell, 0, 1e-12);
});

Deno.test("triangles anywhere cover each cell by a share between 0 and 1", () => {
  const random = new RandomStream(1);
  for (let trial = 0; trial < 3000; trial++) {
    const grid = new CoverageGrid(12, 10);
    const [x0, x1, x2] = [0, 1, 2].map(() => random.uniform(-15, 27));
    const [y0, y1, y2] = [0, 1, 2].map(() => random.uniform(-12, 22));
    const turn = Math.sign((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0));
    grid.addEdge(x0, y0, x1, y1, 0, -turn);
    grid.addEdge(x1, y1, x2, y2, 0, -turn);
    grid.addEdge(x2, y2, x0, y0, 0, -turn);
    for (const cell of coverage(grid)) assertAlmostEquals(cell, 0.5, 0.5 + 1e-9, `trial ${trial}`);
  }
});

Deno.test("a layer of several covers what a grid of its own would", () => {
  const random = new RandomStream(2);
  for (let trial = 0; trial < 200; trial++) {
    const [many, one] = [new CoverageGrid(12, 10, 8), new CoverageGrid(12, 10)];
    for (let edge = 0; edge < 6; edge++) {
      const [x0, y0, x1, y1] = Array.from({ length: 4 }, () => random.uniform(-4, 16));
      many.addEdge(x0, y0, x1, y1, trial % 8, 1);
      one.addEdge(x0, y0, x1, y1, 0, 1);
    }
    assertEquals(coverage(many, trial % 8), coverage(one));
    assertEquals(coverage(many, (trial + 1) % 8), new Array(120).fill(0));
    assertEquals(many.marks, one.marks);
  }
});

Deno.test("grids of one shape are shared", () => {
  const grid = CoverageGrid.shared(12, 10, 8);
  assertStrictEquals(CoverageGrid.shared(12, 10, 8), grid);
  assertEquals(CoverageGrid.shared(12, 10) === grid, false);
  assertEquals(CoverageGrid.shared(10, 12, 8) === grid, false);
});
