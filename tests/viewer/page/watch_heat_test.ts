import { assert, assertEquals } from "@std/assert";
import { drawHeat, HEAT, HEAT_TOP, meanDifference } from "../../../viewer/page/watch/heat.ts";

const picture = (...data: number[]) => ({ data: Uint8Array.from(data), height: 1, width: data.length / 3 });

Deno.test("equal pixels are black, pixels far apart are the brightest, and the mean is told", () => {
  const out = picture(0, 0, 0, 0, 0, 0);
  const mean = drawHeat(picture(10, 20, 30, 0, 0, 0), picture(10, 20, 30, 255, 255, 255), out);
  assertEquals(mean, 127.5);
  assertEquals([...out.data], [...HEAT.subarray(0, 3), ...HEAT.subarray(255 * 3)]);
});

Deno.test("half of the top difference takes the middle colour, whichever picture is brighter", () => {
  const [one, other] = [picture(0, 0, 0), picture(0, 0, 0)];
  const half = HEAT_TOP / 2;
  drawHeat(picture(half, half, half), picture(0, 0, 0), one);
  drawHeat(picture(0, 0, 0), picture(half, half, half), other);
  assertEquals(one.data, other.data);
  assertEquals([...one.data], [...HEAT.subarray(128 * 3, 129 * 3)]);
});

Deno.test("lightness alone tells the order of the colours, for readers who see no hues", () => {
  const lightness = Array.from(
    { length: 256 },
    (_, i) => 0.2126 * HEAT[i * 3] + 0.7152 * HEAT[i * 3 + 1] + 0.0722 * HEAT[i * 3 + 2],
  );
  for (let i = 16; i < 256; i++) assert(lightness[i] > lightness[i - 16], `colour ${i}`);
});

Deno.test("meanDifference() is the mean of the absolute differences", () => {
  assertEquals(meanDifference(Uint8Array.of(0, 255, 10, 10), Uint8Array.of(4, 251, 10, 10)), 2);
});
