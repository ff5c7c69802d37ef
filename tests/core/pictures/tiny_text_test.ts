import { assertEquals } from "@std/assert";
import { blankPicture, writeTinyText } from "../../../core/pictures/mod.ts";

/** Dark pixels as #, row by row. */
function read(text: string, width: number, room = width): string[] {
  const picture = blankPicture(width, 5, [255, 255, 255]);
  writeTinyText(picture, text, { x: 0, y: 0, width: room });
  return Array.from(
    { length: 5 },
    (_, y) => Array.from({ length: width }, (_, x) => picture.data[(y * width + x) * 3] ? "." : "#").join(""),
  );
}

Deno.test("writeTinyText draws letters of 3 x 5 pixels, and leaves out what does not fit", () => {
  assertEquals(read("Lt", 7), ["#...###", "#....#.", "#....#.", "#....#.", "###..#."]);
  assertEquals(read("l~l", 11)[4], "###.....###");
  assertEquals(read("lll", 11, 8)[4], "###.###....");
});
