import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Picture } from "../../../envs/env.ts";
import { Drawing } from "../../../envs/drawing/drawing.ts";

/** How many pixels' worth of black ink is on a picture. */
function ink({ data }: Picture): number {
  return data.reduce((sum, level) => sum + 255 - level, 0) / 255 / 3;
}

const BLACK = [0, 0, 0] as const;

Deno.test("a shape leaves as much ink as its area within the picture, whole or in part", () => {
  const cases: [string, number, (drawing: Drawing) => void][] = [
    ["a triangle", 50, (d) => d.polygon([5, 5, 15, 5, 5, 15], BLACK)],
    ["a triangle the other way round", 50, (d) => d.polygon([5, 15, 15, 5, 5, 5], BLACK)],
    [
      "a turned rectangle",
      24,
      (d) => d.rectangle({ left: -3, right: 3, bottom: -2, top: 2 }, { x: 15, y: 10, angle: 1 }, BLACK),
    ],
    ["a disc", Math.PI * 36, (d) => d.disc({ x: 15, y: 10 }, 6, BLACK)],
    ["a line", 5 * 2, (d) => d.line([10, 10, 13, 14], 2, BLACK)],
    [
      "a half that is outside",
      50,
      (d) => d.rectangle({ left: -5, right: 5, bottom: 0, top: 10 }, { x: 0, y: 5, angle: 0 }, BLACK),
    ],
    ["what is outside on every side", 600, (d) => d.polygon([-50, -50, 90, -50, 90, 90, -50, 90], BLACK)],
    ["what is all outside", 0, (d) => d.disc({ x: 60, y: 10 }, 6, BLACK)],
  ];
  for (const [name, area, draw] of cases) {
    const drawing = new Drawing({ width: 30, height: 20 });
    const picture = drawing.begin();
    draw(drawing);
    assertAlmostEquals(ink(picture), area, 0.01 * area + 0.05, name);
    // The grid is left empty: what follows has its own area only.
    const before = ink(picture);
    drawing.rectangle({ left: 0, right: 1, bottom: 0, top: 1 }, { x: 28, y: 18, angle: 0 }, BLACK);
    assertAlmostEquals(ink(picture), Math.min(600, before + (area < 600 ? 1 : 0)), 0.05, name);
  }
});

Deno.test("y grows upwards, colours go over each other", () => {
  const drawing = new Drawing({ width: 4, height: 2 });
  const { data } = drawing.begin();
  drawing.rectangle({ left: 0, right: 2, bottom: 0, top: 1 }, { x: 1, y: 1, angle: 0 }, [10, 20, 30]);
  drawing.rectangle({ left: 0, right: 1, bottom: 0, top: 1 }, { x: 1.5, y: 1, angle: 0 }, [30, 20, 10]);
  const white = [255, 255, 255];
  assertEquals([...data], [
    ...white,
    20,
    20,
    20,
    20,
    20,
    20,
    ...white,
    ...white,
    ...white,
    ...white,
    ...white,
  ]);
});

Deno.test("another shape of picture keeps the units' shape, in the middle", () => {
  const drawing = new Drawing({ width: 10, height: 10 }, { width: 40, height: 20 });
  const { data } = drawing.begin();
  drawing.rectangle({ left: 0, right: 10, bottom: 0, top: 10 }, { x: 0, y: 0, angle: 0 }, BLACK);
  assertEquals([drawing.width, drawing.height], [40, 20]);
  for (let x = 0; x < 40; x++) {
    const level = data[(10 * 40 + x) * 3];
    assert(level === (x >= 10 && x < 30 ? 0 : 255), `column ${x}: ${level}`);
  }
});

Deno.test("a picture that was begun keeps its pixels when the next begins", () => {
  const drawing = new Drawing({ width: 4, height: 2 });
  const first = drawing.begin();
  drawing.polygon([0, 0, 4, 0, 4, 2, 0, 2], BLACK);
  const second = drawing.begin();
  assertEquals(first.data, new Uint8Array(24));
  assertEquals(second.data, new Uint8Array(24).fill(255));
});

Deno.test("a size that is no number of pixels is refused", () => {
  const size = { width: 4, height: 2 };
  assertThrows(
    () => new Drawing(size, { width: 2.5, height: 1 }),
    RangeError,
    "an integer in 1 .. 4096 as its width, got 2.5",
  );
  assertThrows(() => new Drawing(size, { width: 2, height: 5000 }), RangeError, "as its height, got 5000");
});
