import { computed, type Signal, signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { LineChart } from "../charts/line_chart.tsx";
import { Choice, Slider, Toggle } from "../ui/controls.tsx";
import { curveSeries } from "./curve_series.ts";
import { isCurve, type Measurement, type MeasurementGroup, measurementGroups } from "./measurements.ts";
import { runFiles } from "./run_files.ts";
import { isDashed } from "./run_list.tsx";
import {
  joinSeeds,
  logY,
  metricFilter,
  runColor,
  shownRuns,
  smoothing,
  type XAxis,
  xAxis,
} from "./runs_state.ts";
import { ValuesTable } from "./values_table.tsx";

/** What the filter lets pass of what was measured in the shown runs. */
export const measurements = computed(() =>
  measurementGroups(shownRuns.value, {
    files: runFiles.value,
    filter: metricFilter.value,
    color: runColor,
    dashed: isDashed,
  })
);

const AXES = [["step", "Step"], ["elapsed", "Time since start"], ["clock", "Clock time"]] as const;
const KINDS = { step: "number", elapsed: "elapsed", clock: "clock" } as const;
const LABELS: Record<XAxis, string> = { step: "step", elapsed: "time since start", clock: "time" };

/** Curves of the shown runs, a chart for each measurement. */
export function CurvesPart() {
  return (
    <>
      <div class="runs-controls">
        <MetricSearch />
        <Slider
          label="Smoothing"
          value={smoothing}
          min={0}
          max={0.99}
          step={0.01}
          format={(value) => value.toFixed(2)}
          onReset={() => smoothing.value = 0}
        />
        <Choice label="Across" value={xAxis.value} options={AXES} onChange={(axis) => xAxis.value = axis} />
        <Toggle label="Log scale" value={logY} />
        <Toggle label="Mean over seeds" value={joinSeeds} />
      </div>
      <NoMeasurements />
      {measurements.value.map((group) => <CurveGroup key={group.name} group={group} />)}
    </>
  );
}

/** The filter of measurements. */
export function MetricSearch() {
  return (
    <input
      type="search"
      class="runs-search"
      placeholder="Filter metrics"
      aria-label="Filter metrics"
      value={metricFilter.value}
      onInput={(event) => metricFilter.value = event.currentTarget.value}
    />
  );
}

/** Why there is nothing to see, where there is nothing. */
export function NoMeasurements() {
  if (measurements.value.length > 0) return null;
  if (metricFilter.value.trim()) {
    return <p class="notice">No metric matches “{metricFilter.value}”.</p>;
  }
  return (
    <>
      {shownRuns.value.map(({ name }) => {
        const state = runFiles.value.get(name)?.metrics;
        if (state?.status === "error") {
          return <p class="notice error" role="alert" key={name}>{state.message}</p>;
        }
        if (!state || state.status === "loading") {
          return <p class="notice" role="status" aria-busy="true" key={name}>Loading {name}…</p>;
        }
        return <p class="notice" key={name}>{name}: no metrics yet.</p>;
      })}
    </>
  );
}

const folded = signal<ReadonlySet<string>>(new Set());

function CurveGroup({ group: { name, measurements } }: { group: MeasurementGroup }) {
  const curves = measurements.filter(isCurve);
  const single = measurements.filter((each) => !isCurve(each));
  const open = !folded.value.has(name);
  const remember = (now: boolean) => {
    if (now === open) return;
    folded.value = new Set(now ? [...folded.value].filter((each) => each !== name) : [...folded.value, name]);
  };
  return (
    <details class="runs-group" open={open} onToggle={(event) => remember(event.currentTarget.open)}>
      <summary>
        <h2>{name}</h2>
        <span class="dim small">{measurements.length}</span>
      </summary>
      {open && (
        <>
          {single.length > 0 && <ValuesTable groups={[{ name, measurements: single }]} bare />}
          <div class="runs-charts">
            {curves.map((each) => <CurveCard key={each.id} group={name} measurement={each} />)}
          </div>
        </>
      )}
    </details>
  );
}

/** What the charts of a group share, apart for each kind of axis; kept while the page is open. */
interface SharedAxis {
  hover: Signal<number | undefined>;
  zoomed: Signal<readonly [number, number] | undefined>;
}

const axes = new Map<string, SharedAxis>();
function axisOf(group: string): SharedAxis {
  const known = axes.get(group) ?? { hover: signal(undefined), zoomed: signal(undefined) };
  axes.set(group, known);
  return known;
}

/** A chart that is drawn only where it can be seen: there may be a hundred. */
function CurveCard(
  { group, measurement: { id, name, curves } }: { group: string; measurement: Measurement },
) {
  const frame = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const last = useRef<VNode | null>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setNear(entry.isIntersecting), {
      rootMargin: "200px",
    });
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);
  if (near) {
    const axis = xAxis.value;
    const options = { xAxis: axis, smoothing: smoothing.value, joinSeeds: joinSeeds.value };
    last.current = (
      <LineChart
        title={name}
        series={curveSeries(curves, options)}
        xLabel={LABELS[axis]}
        xKind={KINDS[axis]}
        logY={logY.value}
        {...axisOf(`${group} ${axis}`)}
        save={`${group}-${name}`.replaceAll(/[^\w.-]+/g, "-")}
      />
    );
  }
  return <div ref={frame} class="panel runs-card" role="group" aria-label={id}>{last.current}</div>;
}
