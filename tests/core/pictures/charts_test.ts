import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  barChart,
  blankPicture,
  encodePng,
  heatMap,
  histograms,
  pngAddress,
  readPng,
  scatterChart,
} from "../../../core/pictures/mod.ts";

/** All that is drawn has a place. */
function whole(svg: string): string {
  assert(!/NaN|Infinity|undefined|null/.test(svg), svg);
  assertStringIncludes(svg, "prefers-color-scheme:dark");
  return svg;
}

Deno.test("scatterChart() draws each point in its place, groups apart by colour and shape", () => {
  const options = { title: "a & b", width: 496, height: 292 };
  const chart = whole(scatterChart({
    ...options,
    groups: [{ name: "one", points: [0, 0, 10, 10, NaN, 1] }],
    pictures: [{ x: 5, y: 5, href: pngAddress(blankPicture(2, 2)) }],
    pictureSize: 20,
  }));
  assertStringIncludes(chart, "a &amp; b");
  assertStringIncludes(chart, 'class="dot round s0" d="M72,244h0M472,44h0"');
  assertStringIncludes(chart, '<image x="262" y="134" width="20" height="20" href="data:image/png;base64,');
  assert(!chart.includes(">one<"), "a single group needs no name");

  const groups = Array.from({ length: 13 }, (_, i) => ({ name: `group ${i}`, points: [i, i] }));
  const many = whole(scatterChart({ ...options, groups, nameGroups: true }));
  assertStringIncludes(many, 'class="dot cross s0"');
  assertStringIncludes(many, 'class="dot ring s0"');
  assertEquals(many.match(/>group 12</g)?.length, 2);
  whole(scatterChart({ title: "", groups: [] }));
});

Deno.test("barChart() draws bars from 0, and names some of many", () => {
  const bars = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `b${i}`, value: i }));
  const options = { title: "t", xLabel: "x", yLabel: "y", width: 496, height: 292 };
  const few = whole(barChart({ ...options, bars: bars(2) }));
  assertStringIncludes(few, 'x="292" y="44" width="160" height="200"><title>b1: 1</title>');
  const many = whole(barChart({ ...options, bars: bars(100) }));
  assertEquals(many.match(/class="bar"/g)?.length, 100);
  assertEquals(many.match(/>b\d+</g)?.length, 20);
  whole(
    barChart({ ...options, bars: [{ name: "down", value: -1 }, { name: "lost", value: NaN }].slice(0, 1) }),
  );
});

Deno.test("histograms() draws densities on one scale with the curve over them", () => {
  const values = Float32Array.from({ length: 100 }, (_, i) => i < 50 ? -10 : 0.5);
  const chart = whole(
    histograms({ title: "t", of: [{ name: "z", values }], bins: 2, range: [-1, 1], density: () => 0.5 }),
  );
  assertEquals(chart.match(/V0h/g)?.length, 2, "half of the values in each half: bars of one height");
  assertStringIncludes(chart, 'class="density"');
  assertStringIncludes(chart, ">z<");
  whole(histograms({ title: "t", of: [] }));
});

Deno.test("heatMap() shades cells by their share of the largest value", () => {
  const chart = whole(heatMap({
    title: "t",
    xLabel: "told",
    yLabel: "true",
    values: [[4, 1], [0, 2]],
    rows: ["cat", "dog"],
    columns: ["cat", "dog"],
  }));
  assertEquals(
    chart.match(/fill-opacity="[\d.]+"/g),
    ["1", "0.25", "0", "0.5"].map((x) => `fill-opacity="${x}"`),
  );
  assertStringIncludes(chart, "<title>dog, cat: 0</title>");
  whole(heatMap({ title: "", xLabel: "", yLabel: "", values: [] }));
});

Deno.test("encodePng() keeps grey pictures small and their pixels as they are", () => {
  const path = Deno.makeTempFileSync({ suffix: ".png" });
  const grey = blankPicture(16, 8);
  for (let i = 0; i < grey.data.length; i++) grey.data[i] = Math.floor(i / 3) * 37;
  const colour = { ...grey, data: Uint8Array.from(grey.data) };
  colour.data[4] ^= 255;
  for (const picture of [grey, colour]) {
    Deno.writeFileSync(path, encodePng(picture));
    assertEquals(Array.from(readPng(path).data), Array.from(picture.data));
  }
  assert(encodePng(grey).length < encodePng(colour).length);
  Deno.removeSync(path);
});
