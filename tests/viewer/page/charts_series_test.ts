import { assert, assertEquals } from "@std/assert";
import { chartCsv, toCsv } from "../../../viewer/page/charts/chart_csv.ts";
import { layOut } from "../../../viewer/page/charts/plot.ts";
import {
  formatElapsed,
  formatNumber,
  indexNear,
  lastMeasured,
  valueText,
} from "../../../viewer/page/charts/series.ts";

const line = (y: number[], x?: number[], name = "a") => ({ name, color: 0, x, y });

Deno.test("indexNear() finds the nearest value, and none beyond the line's ends", () => {
  const series = line([5, 6, 7], [10, 20, 40]);
  assertEquals([12, 16, 29, 31, 40].map((x) => indexNear(series, x)), [0, 1, 1, 2, 2]);
  assertEquals([0, 60, NaN].map((x) => indexNear(series, x)), [-1, -1, -1]);
  assertEquals([0.4, 1.6].map((x) => indexNear(line([1, 2, 3]), x)), [0, 2]);
  assertEquals(indexNear(line([]), 0), -1);
});

Deno.test("formatNumber() and formatElapsed() say numbers as people do", () => {
  assertEquals([0, 0.123456, -55.008907, 1113.66, 0.0000981, 1.5e7, NaN].map(formatNumber), [
    "0",
    "0.1235",
    "−55.01",
    "1114",
    "9.81e−5",
    "1.5e7",
    "–",
  ]);
  assertEquals([0.25, 45, 125, 3600, 5400].map(formatElapsed), [
    "0.3 s",
    "45 s",
    "2 min 5 s",
    "1 h",
    "1 h 30 min",
  ]);
});

Deno.test("chartCsv() has a row for each x, empty where a line has no value", () => {
  const series = [
    { ...line([1, NaN, 3], [0, 20, 40], "default-1"), raw: [1, 2, 4] },
    { ...line([5], [40], 'a "quoted", name'), band: { low: [4], high: [6] } },
  ];
  assertEquals(
    chartCsv(series, "step"),
    'step,default-1,default-1 (not smoothed),"a ""quoted"", name","a ""quoted"", name (low)","a ""quoted"", name (high)"\n' +
      "0,1,1,,,\n20,,2,,,\n40,3,4,5,4,6\n",
  );
  assertEquals(toCsv([["a\nb", "c"]]), '"a\nb",c\n');
});

Deno.test("layOut() breaks lines at NaN, and shows a lonely value as a dot", () => {
  const { lines } = layOut({ series: [line([1, 2, NaN, 3, NaN, 4, 5])], width: 600, height: 200 });
  assertEquals(lines[0].path.match(/M/g)?.length, 3);
  assertEquals(lines[0].dots.length, 1);
});

Deno.test("layOut() leaves what is not positive out of a logarithmic axis", () => {
  const { y, lines } = layOut({ series: [line([-1, 0, 10, 1000])], width: 600, height: 200, logY: true });
  assertEquals(y.domain(), [10, 1000]);
  assertEquals(lines[0].path.includes("NaN"), false);
  assertEquals(layOut({ series: [line([-1])], width: 600, height: 200, logY: true }).y.domain(), [1, 10]);
});

Deno.test("layOut() fits the vertical axis to what is zoomed to", () => {
  const series = [line([1000, 1, 2, 3, 4])];
  const { y, full } = layOut({ series, width: 600, height: 200, zoomed: [1, 4] });
  assertEquals(y.domain(), [1, 4]);
  assertEquals(full, [0, 4]);
});

Deno.test("layOut() makes axes for one value, and for none", () => {
  const one = layOut({ series: [line([7], [3])], width: 600, height: 200 });
  assertEquals(one.full, [1.5, 4.5]);
  assertEquals(layOut({ series: [], width: 0, height: 0 }).full, [0, 1]);
});

Deno.test("layOut() takes a constant with the noise of rounding for the constant that it is", () => {
  const rate = Math.fround(0.001);
  const smoothed = line([rate, rate * (1 + 2e-16), rate * (1 + 1e-7), rate * (1 - 4e-16)]);
  for (const logY of [false, true]) {
    const { y, yTicks } = layOut({ series: [smoothed], width: 600, height: 200, logY });
    const [low, high] = y.domain();
    assert(low <= 0.0006 && high >= 0.0014, `${low} to ${high}`);
    assert(yTicks.every(({ text }) => text.length <= 7), yTicks.map(({ text }) => text).join());
  }
  const small = layOut({ series: [line([1000, 1000.01])], width: 600, height: 200 }).y.domain();
  assert(small[1] - small[0] < 0.02, "what really changes keeps its axis");
  const clock = layOut({
    series: [line([1, 2], [1.7e12, 1.7e12 + 60_000])],
    width: 600,
    height: 200,
    xKind: "clock",
  });
  assertEquals(clock.full, [1.7e12, 1.7e12 + 60_000]);
});

Deno.test("what was measured and is no finite number is told as NaN, and marked where it lies", () => {
  const series = { ...line([1, NaN, 3, NaN, NaN], [0, 10, 20, 30, 40]), lost: [10, 30] };
  assertEquals([0, 1, 2, 3, 4, -1].map((index) => valueText(series, index)), [
    "1",
    "NaN",
    "3",
    "NaN",
    "–",
    "–",
  ]);
  assertEquals([lastMeasured(series), lastMeasured(series, [0, 25]), lastMeasured(series, [41, 50])], [
    3,
    2,
    -1,
  ]);
  assertEquals(valueText(series, lastMeasured(series)), "NaN");
  const { lines, x } = layOut({ series: [series], width: 600, height: 200 });
  assertEquals(lines[0].lost, [x(10), x(30)]);
  assertEquals(
    layOut({ series: [series], width: 600, height: 200, zoomed: [0, 20] }).lines[0].lost.length,
    1,
  );
  const many = { ...line(Array(5000).fill(NaN)), lost: Array.from({ length: 5000 }, (_, i) => i) };
  assert(layOut({ series: [many], width: 600, height: 200 }).lines[0].lost.length <= 100);
  assertEquals(chartCsv([series]), "x,a\n0,1\n10,NaN\n20,3\n30,NaN\n40,\n");
  const grown = { ...line([1, Infinity, -Infinity]), lost: [1, 2] };
  assertEquals([1, 2].map((index) => valueText(grown, index)), ["∞", "−∞"]);
  const smoothed = { ...grown, y: [1, NaN, NaN], raw: grown.y };
  assertEquals([1, 2].map((index) => valueText(smoothed, index)), ["∞", "−∞"]);
});

Deno.test("layOut() shows all where nothing lies in the part that other charts share", () => {
  const series = [line([1, 2, 3])];
  for (const zoomed of [[5, 9], [-4, -1]] as const) {
    assertEquals(layOut({ series, width: 600, height: 200, zoomed }).x.domain(), [0, 2]);
  }
});
