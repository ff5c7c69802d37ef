import { assertAlmostEquals, assertEquals } from "@std/assert";
import { curveSeries, type RunCurve } from "../../../viewer/page/runs/curve_series.ts";
import { measurementGroups } from "../../../viewer/page/runs/measurements.ts";
import { MetricsParser } from "../../../viewer/page/runs/metrics.ts";
import type { RunFilesRead } from "../../../viewer/page/runs/run_files.ts";
import { smooth } from "../../../viewer/page/runs/smooth.ts";
import type { Run } from "../../../viewer/page/state/session.ts";

Deno.test("smooth() is the exponential average without the pull towards 0", () => {
  const smoothed = smooth([4, 8, 2], 0.5);
  assertAlmostEquals(smoothed[0], 4);
  assertAlmostEquals(smoothed[1], (4 * 0.5 * 0.5 + 8 * 0.5) / 0.75);
  assertAlmostEquals(smoothed[2], (4 * 0.125 + 8 * 0.25 + 2 * 0.5) / 0.875);
  assertEquals([...smooth([7, 7, 7, 7], 0.99)].map((value) => Math.round(value * 1e9) / 1e9), [7, 7, 7, 7]);
  assertEquals([...smooth([3, 5], 0)], [3, 5]);
});

Deno.test("smooth() passes over what is not finite", () => {
  const smoothed = smooth([4, NaN, 8], 0.5);
  assertEquals(smoothed[1], NaN);
  assertAlmostEquals(smoothed[2], 5 / 0.75);
});

const curve = (run: string, steps: number[], values: number[], experiment?: string): RunCurve => ({
  run,
  color: 0,
  start: 100,
  experiment,
  curve: { steps, times: steps.map((step) => 100 + step), values },
});
const PLAIN = { xAxis: "step", smoothing: 0, joinSeeds: false } as const;

Deno.test("curveSeries() lays curves along steps, time since the start or the clock", () => {
  const curves = [curve("a", [20, 40], [1, 2])];
  const x = (
    xAxis: "step" | "elapsed" | "clock",
  ) => [...Array.from(curveSeries(curves, { ...PLAIN, xAxis })[0].x!)];
  assertEquals(x("step"), [20, 40]);
  assertEquals(x("elapsed"), [20, 40].map((step) => step));
  assertEquals(x("clock"), [120_000, 140_000]);
});

Deno.test("curveSeries() draws the values themselves behind smoothed ones", () => {
  const [plain] = curveSeries([curve("a", [1, 2], [4, 8])], PLAIN);
  assertEquals([plain.raw, [...Array.from(plain.y)]], [undefined, [4, 8]]);
  const [smoothed] = curveSeries([curve("a", [1, 2], [4, 8])], { ...PLAIN, smoothing: 0.5 });
  assertEquals(smoothed.raw, [4, 8]);
  assertAlmostEquals(smoothed.y[1], 5 / 0.75);
});

Deno.test("curveSeries() joins the seeds of an experiment into their mean and range", () => {
  const curves = [
    curve("a", [10, 20], [1, 2], "same"),
    curve("b", [10, 20, 30], [3, 6, 9], "same"),
    curve("c", [10], [5], "other"),
    curve("unknown", [10], [7]),
    curve("unknown too", [10], [8]),
  ];
  const joined = curveSeries(curves, { ...PLAIN, joinSeeds: true });
  assertEquals(joined.map(({ name }) => name), ["Mean of a, b", "c", "unknown", "unknown too"]);
  const [{ x, y, band }] = joined;
  assertEquals([x, y, band], [[10, 20, 30], [2, 4, 9], { low: [1, 2, 9], high: [3, 6, 9] }]);
});

Deno.test("measurementGroups() puts the same measurement of several runs together, and filters by words", async () => {
  const read = async (values: Record<string, number>): Promise<RunFilesRead> => {
    const parser = new MetricsParser();
    const line = (name: string) => JSON.stringify({ name, step: 1, time: 1, values }) + "\n";
    await parser.add(new TextEncoder().encode(line("vision") + line("memory")));
    return {
      metrics: { status: "ready", value: parser.metrics },
      config: { status: "error", message: "" },
      environment: { status: "empty" },
    };
  };
  const files = new Map([["a", await read({ loss: 1, kl: 2 })], ["b", await read({ loss: 3 })]]);
  const runs = [{ name: "a" }, { name: "b" }, { name: "not read" }] as Run[];
  const groups = (filter: string) =>
    measurementGroups(runs, { files, filter, color: () => 0, dashed: () => false }).map(({ measurements }) =>
      measurements.map(({ id, curves }) => [id, curves.map(({ run }) => run).join()])
    );
  assertEquals(groups(""), [
    [["vision/loss", "a,b"], ["vision/kl", "a"]],
    [["memory/loss", "a,b"], ["memory/kl", "a"]],
  ]);
  assertEquals(groups("mem LOSS"), [[["memory/loss", "a,b"]]]);
});

Deno.test("curveSeries() tells where a measurement was not finite, in a run and among seeds", () => {
  const diverged = curve("a", [10, 20, 30], [1, NaN, Infinity], "same");
  assertEquals(curveSeries([diverged], PLAIN)[0].lost, [20, 30]);
  assertEquals(curveSeries([diverged], { ...PLAIN, smoothing: 0.5 })[0].lost, [20, 30]);
  const both = curve("b", [10, 20, 30], [3, 5, NaN], "same");
  const [mean] = curveSeries([diverged, both], { ...PLAIN, joinSeeds: true });
  assertEquals([Array.from(mean.x!), Array.from(mean.y)], [[10, 20, 30], [2, 5, NaN]]);
  assertEquals([mean.lost, mean.band], [[20, 30], { low: [1, 5, NaN], high: [3, 5, NaN] }]);
});
