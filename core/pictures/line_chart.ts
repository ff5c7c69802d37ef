import { scaleLinear, scaleLog } from "d3";
import {
  axisX,
  axisY,
  CHART_COLORS,
  CHART_MARGIN,
  chartPicture,
  type ChartScale,
  chartStyle,
  escapeXml,
  horizontalScale,
  LEGEND_ROW,
  roundPlace,
  valueRange,
  verticalRange,
} from "./chart_parts.ts";

/** A curve. */
export interface ChartSeries {
  /** What the legend calls it. */
  name: string;
  /** `[x, y]`, by rising x. Points that are not finite (or not above 0 on a log axis) leave a gap. */
  points: readonly (readonly [number, number])[];
}

/** What {@link lineChart} draws. */
export interface LineChartOptions {
  /** The heading. */
  title: string;
  /** What runs along the x axis, with its unit. */
  xLabel: string;
  /** What runs along the y axis, with its unit. */
  yLabel: string;
  /** The curves. */
  series: readonly ChartSeries[];
  /** Whether the y axis is logarithmic. @default false */
  logY?: boolean;
  /** Width in pixels. @default 720 */
  width?: number;
  /** Height in pixels. @default 420 */
  height?: number;
}

const DASHES = ["none", "7 3", "2 3", "9 3 2 3"];

/**
 * Curves as the text of an SVG picture that is readable on light and on dark pages. Equal data give equal text.
 */
export function lineChart(options: LineChartOptions): string {
  const { title, xLabel, yLabel, series, logY = false, width = 720, height = 420 } = options;
  const usable = ([x, y]: readonly [number, number]) =>
    Number.isFinite(x) && Number.isFinite(y) && (!logY || y > 0);
  const points = series.flatMap((curve) => curve.points.filter(usable));
  const total = height + LEGEND_ROW * series.length + 8;

  const x = horizontalScale(valueRange(points.map(([x]) => x)), width);
  const domain = valueRange(points.map(([, y]) => y), logY);
  const y: ChartScale = logY
    ? scaleLog(domain, verticalRange(height))
    : scaleLinear(domain, verticalRange(height)).nice();

  const place = ([a, b]: readonly [number, number]) => `${roundPlace(x(a))},${roundPlace(y(b))}`;
  const draw = (points: ChartSeries["points"]) => curvePath(points, usable, place);

  return chartPicture({ title, width, height: total, style: style() }, [
    ...axisX(x, { label: xLabel, width, height }),
    ...axisY(y, { label: yLabel, width, height, log: logY }),
    ...series.map((curve, i) => `<path class="curve s${i % 24}" d="${draw(curve.points)}"/>`),
    ...series.flatMap((curve, i) => legend(curve.name, i, height + LEGEND_ROW * i)),
  ]);
}

/** A line through the points that can be drawn; others leave a gap, and one between two gaps becomes a dot. */
function curvePath(
  points: ChartSeries["points"],
  usable: (point: readonly [number, number]) => boolean,
  place: (point: readonly [number, number]) => string,
): string {
  const drawn = (i: number) => i >= 0 && i < points.length && usable(points[i]);
  const alone = (i: number) => !drawn(i - 1) && !drawn(i + 1);
  return points.map((point, i) =>
    drawn(i) ? `${drawn(i - 1) ? "L" : "M"}${place(point)}${alone(i) ? "Z" : ""}` : ""
  ).join("");
}

/** One row under the picture: a piece of the curve and its name. */
function legend(name: string, index: number, top: number): string[] {
  const { left } = CHART_MARGIN;
  return [
    `<path class="curve s${index % 24}" d="M${left},${top}h32"/>`,
    `<text class="tick" x="${left + 40}" y="${top + 4}">${escapeXml(name)}</text>`,
  ];
}

/** Six colours times four kinds of dashes tell 24 curves apart. */
function style(): string {
  const dashes = DASHES.map((dash, i) =>
    `${CHART_COLORS.map((_, j) => `.s${i * CHART_COLORS.length + j}`).join(",")}{stroke-dasharray:${dash}}`
  );
  return ".curve{fill:none;stroke-width:2;stroke-linecap:round}" + dashes.join("") +
    chartStyle((mode) => CHART_COLORS.map((pair, i) => colorRule(i, pair[mode])).join(""));
}

function colorRule(index: number, color: string): string {
  const classes = DASHES.map((_, dash) => `.s${dash * CHART_COLORS.length + index}`);
  return `${classes.join(",")}{stroke:${color}}`;
}
