import type { ChartColor, ChartSeries } from "../charts/series.ts";
import type { Curve } from "./metrics.ts";
import type { XAxis } from "./runs_state.ts";
import { smooth } from "./smooth.ts";

/** The same measurement of a run. */
export interface RunCurve {
  /** The run's name. */
  run: string;
  color: ChartColor;
  dashed?: boolean;
  /** When the run began, in seconds since 1970. */
  start: number;
  curve: Curve;
  /** Runs with the same key differ by their seeds alone. */
  experiment?: string;
}

/** How curves are shown. */
export interface CurveOptions {
  xAxis: XAxis;
  /** 0 to below 1; see {@link smooth}. */
  smoothing: number;
  /** Whether runs of one experiment become their mean and range. */
  joinSeeds: boolean;
}

/** The lines of a chart. */
export function curveSeries(curves: readonly RunCurve[], options: CurveOptions): ChartSeries[] {
  const teams = new Map<string, RunCurve[]>();
  for (const each of curves) {
    const key = options.joinSeeds ? each.experiment ?? ` ${each.run}` : ` ${each.run}`;
    teams.set(key, [...teams.get(key) ?? [], each]);
  }
  return [...teams.values()].map((team) =>
    team.length === 1 ? single(team[0], options) : joined(team, options)
  );
}

function single(
  { run, color, dashed, start, curve }: RunCurve,
  { xAxis, smoothing }: CurveOptions,
): ChartSeries {
  const { values } = curve;
  const shown = smoothing > 0 ? { y: smooth(values, smoothing), raw: values } : { y: values };
  const x = xOf(curve, start, xAxis);
  return { name: run, color, dashed, x, ...shown, lost: x.filter((_, i) => !Number.isFinite(values[i])) };
}

/**
 * The mean over the runs at each step that any of them was measured at, and the least and greatest; a step that is not
 * finite in some of them is the mean of the others, and marked.
 */
function joined(team: readonly RunCurve[], { xAxis, smoothing }: CurveOptions): ChartSeries {
  const at = new Map<
    number,
    { x: number; runs: number; count: number; sum: number; low: number; high: number }
  >();
  for (const { curve, start } of team) {
    const [x, y] = [xOf(curve, start, xAxis), smooth(curve.values, smoothing)];
    curve.steps.forEach((step, i) => {
      const sum = at.get(step) ?? { x: 0, runs: 0, count: 0, sum: 0, low: Infinity, high: -Infinity };
      const finite = Number.isFinite(y[i]);
      at.set(step, {
        x: sum.x + x[i],
        runs: sum.runs + 1,
        count: sum.count + Number(finite),
        sum: sum.sum + (finite ? y[i] : 0),
        low: finite ? Math.min(sum.low, y[i]) : sum.low,
        high: finite ? Math.max(sum.high, y[i]) : sum.high,
      });
    });
  }
  const rows = [...at].sort(([a], [b]) => a - b).map(([, row]) => row);
  return {
    name: `Mean of ${team.map(({ run }) => run).join(", ")}`,
    color: team[0].color,
    dashed: team[0].dashed,
    x: rows.map(({ x, runs }) => x / runs),
    y: rows.map(({ sum, count }) => sum / count),
    lost: rows.filter(({ runs, count }) => count < runs).map(({ x, runs }) => x / runs),
    band: {
      low: rows.map(({ count, low }) => count > 0 ? low : NaN),
      high: rows.map(({ count, high }) => count > 0 ? high : NaN),
    },
  };
}

function xOf({ steps, times }: Curve, start: number, axis: XAxis): number[] {
  if (axis === "step") return steps;
  return axis === "elapsed" ? times.map((time) => time - start) : times.map((time) => time * 1000);
}
