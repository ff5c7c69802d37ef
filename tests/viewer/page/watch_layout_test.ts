import { assert, assertEquals } from "@std/assert";
import { layOutPanes, PANE_GAP, paneHeight } from "../../../viewer/page/watch/pane_layout.ts";

Deno.test("panes take whole multiples of their pixels and fit the width", () => {
  for (const width of [366, 640, 700, 1000, 1400, 2400]) {
    for (const height of [300, 500, 900]) {
      for (const count of [1, 2, 3, 4, 5]) {
        for (const scene of [true, false]) {
          for (const unit of [64, 192, 32]) {
            const { size, columns, beside } = layOutPanes({ width, height, count, scene, unit });
            const room = JSON.stringify({ width, height, count, scene, unit, size, columns });
            assertEquals(size % unit, 0, room);
            assert(size > 0 && columns >= 1 && columns <= count, room);
            const across = columns * size + (columns - 1) * PANE_GAP;
            assert(across <= width, room);
            if (beside) assert(width - across > 200, `no room for the scene: ${room}`);
          }
        }
      }
    }
  }
});

Deno.test("a picture alone is large, four beside the scene stand two by two", () => {
  assertEquals(layOutPanes({ width: 1000, height: 700, count: 1, scene: false, unit: 64 }).size, 576);
  const { columns, beside, size } = layOutPanes({
    width: 1000,
    height: 540,
    count: 4,
    scene: true,
    unit: 64,
  });
  assertEquals({ columns, beside, size }, { columns: 2, beside: true, size: 192 });
});

Deno.test("on a phone two pictures stand in a row, below the scene", () => {
  const { columns, beside, size } = layOutPanes({ width: 366, height: 544, count: 4, scene: true, unit: 64 });
  assertEquals({ columns, beside, size }, { columns: 2, beside: false, size: 128 });
});

Deno.test("panes leave what stands below them in sight, as long as they do not become too small for it", () => {
  const fitted = (inSight: number, dreams: number) => {
    const height = paneHeight(inSight, { pictures: 4, dreams });
    return { height, ...layOutPanes({ width: 1000, height, count: 4, scene: true, unit: 64 }) };
  };
  assertEquals(fitted(900, 1).height, 730);
  assertEquals([fitted(560, 1).height, fitted(560, 1).size], [512, 192]);
  assertEquals([fitted(560, 16).height, fitted(560, 16).size], [384, 128]); // many dreams make room for themselves
  assertEquals(paneHeight(560, { pictures: 1, dreams: 1 }), 538); // one alone is large
  assertEquals(paneHeight(200, { pictures: 4, dreams: 1 }), 300);
});
