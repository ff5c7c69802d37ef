import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Canvas } from "../../../envs/take_cover/canvas.ts";
import { AGENT_REACH, BEHIND, THROW_DEPTH } from "../../../envs/take_cover/constants.ts";
import { TakeCoverPainter } from "../../../envs/take_cover/painter.ts";
import { blankView, type TakeCoverView } from "../../../envs/take_cover/view.ts";

const SIZE = 64;
const painter = new TakeCoverPainter(SIZE, SIZE);

function paint(view: TakeCoverView): Uint8Array {
  const picture = new Uint8Array(SIZE * SIZE * 3);
  painter.draw(view, picture);
  return picture;
}

/** A view of the first fireball alone, from a place. */
function withFireball(agent: number, x: number, depth: number): TakeCoverView {
  const view = blankView();
  view.agent.x = agent;
  view.monsters[0].x = x;
  view.monsters[0].fireball = { x, depth, drift: 0 };
  return view;
}

/** Sum and centre of the difference between two pictures in the first channel. */
function difference(a: Uint8Array, b: Uint8Array): { largest: number; pixels: number; column: number } {
  let largest = 0, pixels = 0, sum = 0, weighed = 0;
  for (let i = 0; i < a.length; i += 3) {
    const off = Math.max(0, a[i] - b[i]);
    largest = Math.max(largest, off);
    if (off > 40) pixels++;
    sum += off;
    weighed += off * (i / 3 % SIZE + 0.5);
  }
  return { largest, pixels, column: weighed / sum };
}

Deno.test("a fireball that flies at the agent shows all the way, larger and larger", () => {
  const random = new RandomStream(0);
  for (let flight = 0; flight < 50; flight++) {
    const agent = random.uniform(-AGENT_REACH, AGENT_REACH);
    const from = random.uniform(-136, 136);
    let last = 0;
    for (let depth = THROW_DEPTH; depth > 28; depth -= 24) {
      const x = agent + (from - agent) * depth / THROW_DEPTH;
      const { largest, pixels } = difference(
        paint(withFireball(agent, x, depth)),
        paint(withFireball(agent, x, BEHIND)),
      );
      assert(largest > 100, `${largest} levels at ${depth} u`);
      assert(pixels >= 6, `${pixels} pixels at ${depth} u`);
      assert(pixels >= last - 2, `${pixels} pixels at ${depth} u after ${last}`);
      last = pixels;
    }
    assert(last >= 150, `${last} pixels before it hits`);
  }
});

Deno.test("two pictures tell where a fireball will pass", () => {
  // The eye sees a fireball under x / distance; after n steps both have changed by n times what a step changes. So
  // from its columns at two known distances follows where it will be at the agent's line, within the width of a touch.
  const random = new RandomStream(1);
  const columnOf = (x: number, depth: number) =>
    difference(paint(withFireball(0, x, depth)), paint(withFireball(0, x, BEHIND))).column;
  for (let flight = 0; flight < 40; flight++) {
    const [from, to] = [random.uniform(-100, 100), random.uniform(-60, 60)];
    const [first, second] = [200, 120].map((depth) => {
      const x = to + (from - to) * depth / THROW_DEPTH;
      return (columnOf(x, depth) - SIZE / 2) / (SIZE / 2) * (depth + 16);
    });
    const passes = second + (second - first) * 120 / 80;
    assertAlmostEquals(passes, to, 14);
  }
});

Deno.test("the hall moves to the left when the agent goes to the right", () => {
  const edge = (agent: number) => {
    const picture = paint(withFireball(agent, 0, BEHIND));
    const row = 24 * SIZE * 3;
    // The far wall is lighter than the wall on the left.
    for (let column = 1; column < SIZE; column++) {
      if (picture[row + 3 * column] > 62) return column;
    }
    return SIZE;
  };
  const edges = [-140, -70, 0, 70, 140].map(edge);
  for (let i = 1; i < edges.length; i++) assert(edges[i] < edges[i - 1], `${edges}`);
});

Deno.test("a hit turns the picture red", () => {
  const view = withFireball(0, 0, BEHIND);
  const before = paint(view);
  const after = paint({ ...view, hit: true });
  for (let i = 0; i < after.length; i += 3) {
    assert(after[i] > before[i] && after[i + 1] < before[i + 1] && after[i + 2] < before[i + 2]);
  }
});

Deno.test("a canvas colours pixels by the share that a shape covers", () => {
  const canvas = new Canvas(8, 6);
  const target = new Uint8Array(8 * 6 * 3);
  const levels = (draw: () => void) => {
    canvas.begin(target, [0, 0, 0]);
    draw();
    return Array.from({ length: 48 }, (_, i) => target[3 * i]);
  };
  const area = (draw: () => void) => levels(draw).reduce((sum, level) => sum + level, 0) / 200;
  const color = [200, 0, 0] as const;

  const rectangle = levels(() => canvas.rectangle(1.5, 2, 4, 3.25, color));
  assertEquals(rectangle.slice(16, 24), [0, 100, 200, 200, 0, 0, 0, 0]);
  assertEquals(rectangle.slice(24, 32), [0, 25, 50, 50, 0, 0, 0, 0]);
  const random = new RandomStream(3);
  for (let i = 0; i < 200; i++) {
    const [x0, y0, x1, y1, x2, y2] = Array.from({ length: 6 }, () => random.uniform(0, 6));
    const wanted = Math.abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2;
    assertAlmostEquals(area(() => canvas.polygon([x0, y0, x1, y1, x2, y2], color)), wanted, 0.08);
  }
  assertAlmostEquals(area(() => canvas.ellipse(4, 3, 2.5, 1.5, color)), Math.PI * 2.5 * 1.5, 0.08);
  assertAlmostEquals(area(() => canvas.ellipse(0, 3, 2, 2, color)), Math.PI * 2, 0.08);
  assertAlmostEquals(area(() => canvas.rectangle(-5, -5, 20, 20, color, 0.5)), 24, 0.01);
  assertEquals(area(() => canvas.rectangle(9, 1, 20, 3, color)), 0);
  assertEquals(area(() => canvas.ellipse(4, -3, 2, 2, color)), 0);
  assertThrows(() => canvas.begin(new Uint8Array(5), color), RangeError, "expected 144 bytes, got 5");
});
