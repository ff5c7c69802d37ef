import { valueOf } from "../state/async_state.ts";
import type { Run } from "../state/session.ts";
import { experimentKey } from "./config_rows.ts";
import type { RunCurve } from "./curve_series.ts";
import type { RunFilesRead } from "./run_files.ts";

/** What can be measured of one thing. */
export interface MeasurementGroup {
  /** What is trained. */
  name: string;
  measurements: Measurement[];
}

/** One number, measured in some of the runs. */
export interface Measurement {
  /** `vision/loss`. */
  id: string;
  /** `loss`. */
  name: string;
  curves: RunCurve[];
}

/** What was measured in some runs, in the order in which it began, and of that what a filter lets pass. */
export function measurementGroups(
  runs: readonly Run[],
  { files, filter, color, dashed }: {
    files: ReadonlyMap<string, RunFilesRead>;
    filter: string;
    color: (run: string) => number;
    dashed: (run: string) => boolean;
  },
): MeasurementGroup[] {
  const groups = new Map<string, Map<string, RunCurve[]>>();
  for (const { name: run } of runs) {
    const read = files.get(run);
    const metrics = read && valueOf(read.metrics);
    if (!metrics) continue;
    const experiment = experimentKey(valueOf(read.config));
    for (const [name, curves] of metrics.groups) {
      const group = groups.get(name) ?? new Map<string, RunCurve[]>();
      groups.set(name, group);
      for (const [key, curve] of curves) {
        const own = { run, color: color(run), dashed: dashed(run), start: metrics.start, curve, experiment };
        group.set(key, [...group.get(key) ?? [], own]);
      }
    }
  }
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return [...groups].map(([name, group]) => ({
    name,
    measurements: [...group].map(([key, curves]) => ({ id: `${name}/${key}`, name: key, curves }))
      .filter(({ id }) => words.every((word) => id.toLowerCase().includes(word))),
  })).filter(({ measurements }) => measurements.length > 0);
}

/** Whether there is more than a number in some run. */
export function isCurve({ curves }: Measurement): boolean {
  return curves.some(({ curve }) => curve.steps.length > 1);
}
