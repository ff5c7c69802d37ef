import { assert, assertAlmostEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
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
