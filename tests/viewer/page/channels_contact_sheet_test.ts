import { assertEquals } from "@std/assert";
import { contactSheet } from "../../../viewer/page/channels/contact_sheet.ts";

/** Pictures of one grey each. */
const greys = (count: number, pixels: number) =>
  Uint8Array.from({ length: count * pixels * 3 }, (_, i) => Math.floor(i / (pixels * 3)) + 1);

Deno.test("pictures stand beside each other, then below, and the last field stays black", () => {
  const { data, height, width } = contactSheet(greys(11, 4), { height: 2, width: 2 });
  assertEquals([height, width], [6, 8]);
  const red = (x: number, y: number) => data[(y * width + x) * 3];
  assertEquals([0, 1, 2, 3].map((column) => red(column * 2 + 1, 1)), [1, 2, 3, 4]);
  assertEquals([0, 1, 2, 3].map((column) => red(column * 2, 4)), [9, 10, 11, 0]);
});

Deno.test("one picture is a sheet of its own", () => {
  const pictures = greys(1, 6);
  assertEquals(contactSheet(pictures, { height: 2, width: 3 }), { data: pictures, height: 2, width: 3 });
});

Deno.test("sixteen pictures leave no field empty", () => {
  const { height, width } = contactSheet(greys(16, 1), { height: 1, width: 1 });
  assertEquals(height * width, 16);
});
