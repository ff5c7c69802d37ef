import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { ChartMenu } from "./chart_menu.tsx";
import { type AxisKind, layOut } from "./plot.ts";
import { PlotSurface } from "./plot_surface.tsx";
import {
  type ChartColor,
  type ChartSeries,
  cssColor,
  formatNumber,
  indexNear,
  lastMeasured,
  valueText,
  xAt,
} from "./series.ts";

export type { AxisKind, ChartColor, ChartSeries };

/** A place that a chart points out. */
export interface ChartMark {
  x: number;
  label: string;
  /** @default "text-dim" */
  color?: ChartColor;
}

/** The properties of a {@link LineChart}. */
export interface LineChartProps {
  title: string;
  /** Whether the title is left out, where a panel says it already. @default false */
  untitled?: boolean;
  series: readonly ChartSeries[];
  xLabel?: string;
  yLabel?: string;
  /** Pixels of the plot. @default 180 */
  height?: number;
  /** What the numbers along the horizontal axis are. @default "number" */
  xKind?: AxisKind;
  /** @default what the series span */
  xDomain?: readonly [number, number];
  /** @default what the visible values span */
  yDomain?: readonly [number, number];
  logX?: boolean;
  logY?: boolean;
  /** The playhead, drawn without rendering anew; the legend shows the values there. */
  cursor?: ReadonlySignal<number>;
  /** Called with x where the reader clicks, or presses Enter. */
  onSeek?: (x: number) => void;
  marks?: readonly ChartMark[];
  /** @default true */
  crosshair?: boolean;
  /** Whether dragging, wheel and pinching zoom; else dragging seeks. @default true */
  zoom?: boolean;
  /** The crosshair; charts may share it. */
  hover?: Signal<number | undefined>;
  /** The part of the horizontal axis that is shown; charts may share it. */
  zoomed?: Signal<readonly [number, number] | undefined>;
  /** Pixels left of the plot, for charts that stand exactly under each other. @default what the numbers need */
  axisWidth?: number;
  /** @default true */
  legend?: boolean;
  /** The name of saved files, without its ending; false for no menu. @default made of the title */
  save?: string | false;
}

/** Lines over a common axis. */
export function LineChart(props: LineChartProps) {
  const { title, series, height = 180, cursor, marks = [], crosshair = true, zoom = true } = props;
  const ownHover = useSignal<number | undefined>(undefined);
  const ownZoom = useSignal<readonly [number, number] | undefined>(undefined);
  const { hover = ownHover, zoomed = ownZoom } = props;
  const hidden = useSignal<ReadonlySet<string>>(new Set());
  const width = useSignal(0);
  const frame = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const keys = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    width.value = frame.current!.clientWidth;
    const observer = new ResizeObserver(([entry]) => width.value = Math.floor(entry.contentRect.width));
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);

  const shown = series.filter(({ name }) => !hidden.value.has(name));
  const plot = layOut({ ...props, series: shown, height, width: width.value, zoomed: zoomed.value });
  const { x, y, margin, innerWidth, innerHeight } = plot;
  // What was foreseen lies beneath what came: dashed lines first.
  const beneath = plot.lines.toSorted((a, b) =>
    Number(b.series.dashed ?? false) - Number(a.series.dashed ?? false)
  );

  const drawMarker = () => {
    const group = svg.current?.querySelector(".chart-marker");
    if (!group) return;
    const [playhead, cross] = [cursor?.value, hover.value];
    const inside = (px: number) => px >= 0 && px <= innerWidth;
    [playhead, cross].forEach((at, i) => {
      const px = at === undefined ? NaN : Number(x(at));
      const line = group.children[i] as SVGLineElement;
      line.style.display = inside(px) ? "" : "none";
      if (inside(px)) line.setAttribute("transform", `translate(${px.toFixed(1)} 0)`);
    });
    const at = cross ?? playhead;
    const readout = group.children[2] as SVGTextElement;
    const crossed = cross === undefined ? NaN : Number(x(cross));
    readout.style.display = inside(crossed) ? "" : "none";
    if (inside(crossed)) {
      const late = crossed > innerWidth * 0.7;
      readout.textContent = `${props.xLabel ?? "x"} ${plot.formatX(nearestX(cross!))}`;
      readout.setAttribute("text-anchor", late ? "end" : "start");
      readout.setAttribute("x", (crossed + (late ? -5 : 5)).toFixed(1));
    }
    series.forEach((each, i) => {
      const index = at === undefined
        ? lastMeasured(each, [Number(x.domain()[0]), Number(x.domain()[1])])
        : indexNear(each, at);
      const value = index < 0 ? NaN : each.y[index];
      const words = valueText(each, index);
      const text = keys.current?.children[i]?.querySelector(".chart-value");
      if (text && text.textContent !== words) text.textContent = words;
      const dot = group.children[3 + i] as SVGCircleElement;
      const [left, top] = [index < 0 ? NaN : Number(x(xAt(each, index))), Number(y(value))];
      const seen = at !== undefined && inside(left) && Number.isFinite(top) && !hidden.value.has(each.name);
      dot.style.display = seen ? "" : "none";
      if (seen) dot.setAttribute("transform", `translate(${left.toFixed(1)} ${top.toFixed(1)})`);
    });
  };
  useLayoutEffect(drawMarker);
  useSignalEffect(() => {
    cursor?.value;
    hover.value;
    drawMarker();
  });
  const toggle = (name: string) => {
    const next = new Set(hidden.value);
    if (!next.delete(name)) next.add(name);
    hidden.value = next;
  };
  const stepFrom = (at: number | undefined, values: number) => {
    const longest = shown.reduce<ChartSeries | undefined>(
      (best, each) => best && best.y.length >= each.y.length ? best : each,
      undefined,
    );
    if (!longest || longest.y.length === 0) return undefined;
    const last = longest.y.length - 1;
    const now = at === undefined ? 0 : at === Infinity ? last : indexNear(longest, at);
    return xAt(longest, Math.min(Math.max((now < 0 ? 0 : now) + values, 0), last));
  };
  /** The place of the measurement that is nearest to x in any of the lines. */
  const nearestX = (at: number) => {
    const places = shown.map((each) => xAt(each, indexNear(each, at))).filter(Number.isFinite);
    return places.sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0] ?? at;
  };
  const describe = (at: number) =>
    [
      `${props.xLabel ?? "x"} ${plot.formatX(at)}`,
      ...shown.map((each) => `${each.name} ${valueText(each, indexNear(each, at))}`),
    ].join(", ");
  const lost = shown.reduce((count, each) => count + (each.lost?.length ?? 0), 0);
  const file = props.save || title.toLowerCase().replaceAll(/[^\w.-]+/g, "-").replaceAll(/^-|-$/g, "");
  const empty = shown.every(({ y }) => !Array.prototype.some.call(y, Number.isFinite));

  return (
    <figure class="chart">
      <figcaption class="chart-head">
        <span class={props.untitled ? "hidden-text" : "chart-title"}>{title}</span>
        <span class="chart-tools">
          {zoomed.value && (
            <button
              type="button"
              class="chart-tool"
              aria-label={`Show all of ${title}`}
              title="Show all"
              onClick={() => zoomed.value = undefined}
            >
              ⤢
            </button>
          )}
          {props.save !== false && (
            <ChartMenu
              text={{ title, keys: shown.map((each) => ({ ...each, color: cssColor(each.color) })) }}
              file={file}
              series={shown}
              xName={props.xLabel}
              picture={() => svg.current}
            />
          )}
        </span>
      </figcaption>
      <div class="chart-plot" ref={frame} style={{ height: `${height}px` }}>
        <svg ref={svg} width={width} height={height} role="img" aria-label={summarise(title, shown)}>
          <g transform={`translate(${margin.left} ${margin.top})`}>
            {plot.yTicks.map(({ at, text }) => (
              <g key={at} transform={`translate(0 ${at})`}>
                <line class="chart-grid" x2={innerWidth} />
                <text class="chart-tick" x={-6} dy="0.32em" text-anchor="end">{text}</text>
              </g>
            ))}
            {plot.xTicks.map(({ at, text }) => (
              <g key={at} transform={`translate(${at} ${innerHeight})`}>
                <line class="chart-axis" y2={4} />
                {/* the last text keeps within the picture */}
                <text
                  class="chart-tick"
                  x={at > innerWidth - 18 ? innerWidth - at + margin.right : 0}
                  y={17}
                  text-anchor={at > innerWidth - 18 ? "end" : "middle"}
                >
                  {text}
                </text>
              </g>
            ))}
            <line class="chart-axis" y1={innerHeight} y2={innerHeight} x2={innerWidth} />
            {props.xLabel && (
              <text class="chart-tick" x={innerWidth / 2} y={innerHeight + 32} text-anchor="middle">
                {props.xLabel}
              </text>
            )}
            {props.yLabel && <text class="chart-tick" x={4} y={8}>{props.yLabel}</text>}
            {/* a nested svg cuts off what is outside, without an id that other charts would share */}
            <svg
              class="chart-lines"
              aria-hidden="true"
              y={-4}
              x={-4}
              width={innerWidth + 8}
              height={innerHeight + 8}
              viewBox={`-4 -4 ${innerWidth + 8} ${innerHeight + 8}`}
            >
              {marks.map((mark) => (
                <line
                  key={`${mark.x} ${mark.label}`}
                  class="chart-mark"
                  x1={Number(x(mark.x))}
                  x2={Number(x(mark.x))}
                  y2={innerHeight}
                  style={{ stroke: cssColor(mark.color ?? "text-dim") }}
                />
              ))}
              {beneath.map(({ series: { name, color, dashed }, path, rawPath, bandPath, dots, lost }) => (
                <g key={name} style={{ color: cssColor(color) }}>
                  {bandPath && <path class="chart-band" d={bandPath} />}
                  {rawPath && <path class="chart-raw" d={rawPath} />}
                  <path class={dashed ? "chart-line dashed" : "chart-line"} d={path} />
                  {dots.map(([left, top], i) => (
                    <circle key={i} class="chart-dot" cx={left} cy={top} r={2.5} />
                  ))}
                  {lost.length > 0 && (
                    <path
                      class="chart-lost"
                      d={lost.map((px) => `M${(px - 2.5).toFixed(1)} ${innerHeight - 7.5}l5 5m0 -5l-5 5`)
                        .join("")}
                    />
                  )}
                </g>
              ))}
            </svg>
            <g class="chart-marker">
              <line class="chart-cursor" y2={innerHeight} />
              <line class="chart-cross" y2={innerHeight} />
              <text class="chart-tick chart-readout" y={innerHeight - 5} />
              {series.map(({ name, color }) => (
                <circle key={name} class="chart-dot" r={3} style={{ color: cssColor(color) }} />
              ))}
            </g>
            {marks.map((mark) => {
              const at = Number(x(mark.x));
              const inside = at >= 0 && at <= innerWidth;
              return inside && (
                <text
                  key={`${mark.x} ${mark.label}`}
                  class="chart-tick chart-label"
                  x={at > innerWidth * 0.8 ? at - 4 : at + 4}
                  y={9}
                  text-anchor={at > innerWidth * 0.8 ? "end" : "start"}
                >
                  {mark.label}
                </text>
              );
            })}
          </g>
        </svg>
        <PlotSurface
          {...{ label: title, plot, hover, zoomed, crosshair, zoom, stepFrom, describe }}
          onSeek={props.onSeek}
        />
        {empty && (
          <p class="chart-empty">
            {lost > 0
              ? "All values were NaN or infinite"
              : series.length > shown.length
              ? "All lines are hidden"
              : "Nothing to draw yet"}
          </p>
        )}
      </div>
      {lost > 0 && !empty && (
        <p class="chart-note">× NaN or infinite: {lost} {lost === 1 ? "value" : "values"}</p>
      )}
      {props.legend !== false && (
        <ul class="chart-keys" ref={keys}>
          {series.map(({ name, color, dashed }) => (
            <li key={name}>
              <button
                type="button"
                class="chart-key"
                aria-pressed={!hidden.value.has(name)}
                title={`Show or hide ${name}`}
                onClick={() => toggle(name)}
              >
                <span
                  class={dashed ? "chart-swatch dashed" : "chart-swatch"}
                  style={{ color: cssColor(color) }}
                />
                <span class="chart-name">{name}</span>
                <span class="chart-value" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

/** What a reader who does not see the chart wants to know first. */
function summarise(title: string, series: readonly ChartSeries[]): string {
  const lines = series.map((each) => {
    const { name, y, lost = [] } = each;
    let [count, low, high] = [0, Infinity, -Infinity];
    for (let i = 0; i < y.length; i++) {
      if (!Number.isFinite(y[i])) continue;
      count++;
      if (y[i] < low) low = y[i];
      if (y[i] > high) high = y[i];
    }
    const broken = lost.length > 0 ? `, ${lost.length} NaN or infinite` : "";
    if (count === 0) return `${name}: no values${broken}`;
    const [from, to] = [low, high].map(formatNumber);
    return `${name}: ${count} values from ${from} to ${to}${broken}, the last ${
      valueText(each, lastMeasured(each))
    }`;
  });
  return [`${title}, line chart`, ...lines].join("; ");
}
