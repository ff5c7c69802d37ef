import { area, line, type ScaleContinuousNumeric, scaleLinear, scaleLog, scaleTime } from "./d3.ts";
import { downsample } from "./downsample.ts";
import { type ChartSeries, formatElapsed, formatNumber, xAt } from "./series.ts";

/** What the numbers along the horizontal axis are: numbers, seconds that passed, or milliseconds since 1970. */
export type AxisKind = "number" | "elapsed" | "clock";

type Scale = ScaleContinuousNumeric<number, number>;

/** What a plot is laid out from. */
export interface PlotOptions {
  /** The lines that are shown. */
  series: readonly ChartSeries[];
  /** Pixels of the whole plot. */
  width: number;
  /** Pixels of the whole plot. */
  height: number;
  /** The whole of the horizontal axis. @default what the series span */
  xDomain?: readonly [number, number];
  /** The vertical axis. @default what is visible */
  yDomain?: readonly [number, number];
  /** The part of the horizontal axis that is shown, where there is anything in it. @default all */
  zoomed?: readonly [number, number];
  /** What the horizontal axis holds. @default "number" */
  xKind?: AxisKind;
  logX?: boolean;
  logY?: boolean;
  xLabel?: string;
  /** Pixels left of the plot, for charts that stand exactly under each other. @default what the numbers need */
  axisWidth?: number;
}

/** A line, ready to be drawn; addresses of SVG paths. */
export interface PlotLine {
  series: ChartSeries;
  path: string;
  rawPath?: string;
  bandPath?: string;
  /** Values that no line reaches, in pixels. */
  dots: [x: number, y: number][];
  /** Where the measurement was no finite number, in pixels from the left; marks that would overlap are left out. */
  lost: number[];
}

/** A plot in pixels, counted from the corner of its inner part. */
export interface Plot {
  margin: { top: number; right: number; bottom: number; left: number };
  innerWidth: number;
  innerHeight: number;
  x: Scale;
  y: Scale;
  /** The whole horizontal axis. */
  full: [number, number];
  lines: PlotLine[];
  xTicks: { at: number; text: string }[];
  yTicks: { at: number; text: string }[];
  /** A value of the horizontal axis in words. */
  formatX(x: number): string;
}

/** Lays a plot out. */
export function layOut(options: PlotOptions): Plot {
  const { series, width, height, xKind = "number", logX = false, logY = false } = options;
  const full = spread(options.xDomain ?? xExtent(series, logX), logX);
  const { zoomed } = options;
  // A part that other charts share, or that is left of other data, may hold nothing of this one.
  const shown = zoomed && zoomed[0] < full[1] && zoomed[1] > full[0] ? zoomed : full;
  const y = (logY ? scaleLog() : scaleLinear()).domain(spread(
    options.yDomain ?? yExtent(series, shown, logY),
    logY,
    SAME,
  ));
  const margin = { top: 8, right: 12, bottom: options.xLabel ? 38 : 24, left: 0 };
  const innerHeight = Math.max(height - margin.top - margin.bottom, 20);
  y.range([innerHeight, 0]);
  const yCount = Math.max(2, Math.floor(innerHeight / 40));
  if (!options.yDomain) y.nice(yCount * 2); // round ends, but not by so much that they squeeze the lines
  const yTicks = ticksOf(y, yCount, logY);
  margin.left = options.axisWidth ?? 14 + 6.6 * Math.max(3, ...yTicks.map(({ text }) => text.length));
  const innerWidth = Math.max(width - margin.left - margin.right, 20);
  const x = emptyScale(xKind, logX).domain(shown).range([0, innerWidth]);
  const xCount = Math.max(2, Math.floor(innerWidth / 80));
  const window = { columns: Math.ceil(innerWidth), from: shown[0], to: shown[1] };
  return {
    margin,
    innerWidth,
    innerHeight,
    x,
    y,
    full,
    lines: series.map((each) => drawLine(each, { x, y, logX, logY, window })),
    xTicks: xKind === "elapsed" ? elapsedTicks(x, xCount) : ticksOf(x, xCount, logX),
    yTicks,
    formatX: xKind === "elapsed"
      ? formatElapsed
      : xKind === "clock"
      ? (at) => new Date(at).toLocaleString()
      : formatNumber,
  };
}

function emptyScale(kind: AxisKind, log: boolean): Scale {
  if (kind === "clock") return scaleTime() as unknown as Scale; // which gives dates where others give numbers
  return log ? scaleLog<number>() : scaleLinear<number>();
}

function drawLine(
  series: ChartSeries,
  { x, y, logX, logY, window }: {
    x: Scale;
    y: Scale;
    logX: boolean;
    logY: boolean;
    window: { columns: number; from: number; to: number };
  },
): PlotLine {
  const { raw, band } = series;
  const visible = (values: ArrayLike<number>) => (index: number) =>
    Number.isFinite(values[index]) && (!logY || values[index] > 0) && (!logX || xAt(series, index) > 0);
  const left = (index: number) => x(xAt(series, index));
  const pick = (values: ArrayLike<number>) => downsample(series.x, values, window);
  const draw = (values: ArrayLike<number>) =>
    line<number>().x(left).y((index) => y(values[index])).defined(visible(values))(pick(values)) ?? "";
  const indices = pick(series.y);
  const drawn = visible(series.y);
  const alone = indices.filter((index, at) =>
    drawn(index) && !(at > 0 && drawn(indices[at - 1])) &&
    !(at + 1 < indices.length && drawn(indices[at + 1]))
  );
  const { low, high } = band ?? {};
  return {
    series,
    path: draw(series.y),
    rawPath: raw && draw(raw),
    bandPath: low && high
      ? area<number>().x(left).y0((index) => y(low[index])).y1((index) => y(high[index]))
        .defined((index) => visible(low)(index) && visible(high)(index))(
          [...new Set([...pick(low), ...pick(high)])].sort((a, b) => a - b),
        ) ?? ""
      : undefined,
    dots: alone.map((index) => [left(index), y(series.y[index])]),
    lost: lostMarks(series.lost ?? [], x, logX),
  };
}

function lostMarks(lost: readonly number[], x: Scale, logX: boolean): number[] {
  const [from, to] = x.domain().map(Number);
  const marks: number[] = [];
  for (const at of lost) {
    if (at < from || at > to || logX && at <= 0) continue;
    const px = x(at);
    if (marks.length === 0 || px - marks.at(-1)! >= MARK) marks.push(px);
  }
  return marks;
}

function xExtent(series: readonly ChartSeries[], positive: boolean): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const each of series) {
    let first = 0;
    while (positive && first < each.y.length && xAt(each, first) <= 0) first++;
    if (first === each.y.length) continue;
    low = Math.min(low, xAt(each, first));
    high = Math.max(high, xAt(each, each.y.length - 1));
  }
  return [low, high];
}

function yExtent(
  series: readonly ChartSeries[],
  [from, to]: readonly [number, number],
  positive: boolean,
): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const each of series) {
    for (const values of [each.y, each.raw, each.band?.low, each.band?.high]) {
      for (let i = 0; values && i < values.length; i++) {
        const value = values[i];
        if (value >= low && value <= high || !Number.isFinite(value) || positive && value <= 0) continue;
        const x = xAt(each, i);
        if (x < from || x > to) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  return [low, high];
}

/** Pixels that a mark of a lost value takes. */
const MARK = 6;

/** Values that lie closer than this part of themselves are one: single precision tells them apart by a bit or two. */
const SAME = 2 ** -22;

/** An axis needs two ends, even where there is one value or none, or one with the noise of rounding. */
function spread([low, high]: readonly [number, number], log: boolean, same = 0): [number, number] {
  if (!(low <= high)) return log ? [1, 10] : [0, 1];
  const apart = high - low > same * Math.max(Math.abs(low), Math.abs(high));
  if (log) {
    return apart && low > 0 ? [low, high] : [Math.max(high, 1e-12) / 2, Math.max(high, 1e-12) * 2];
  }
  return apart ? [low, high] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
}

function ticksOf(scale: Scale, count: number, log: boolean): { at: number; text: string }[] {
  const values = scale.ticks(count) as (number | Date)[];
  // a logarithmic axis has ticks that d3 leaves without a text: too close to each other
  const format = log ? scale.tickFormat(count, "~g" as never) : scale.tickFormat(count);
  return values.map((value) => ({
    at: scale(value as never),
    text: (format as (v: unknown) => string)(value),
  }))
    .filter(({ text }) => text !== "");
}

/** Ticks at whole seconds, minutes and hours. */
function elapsedTicks(scale: Scale, count: number): { at: number; text: string }[] {
  const [from, to] = scale.domain().map(Number);
  const wanted = (to - from) / count;
  const steps = [
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    21_600,
    43_200,
  ];
  const step = steps.find((each) => each >= wanted / 1.6) ?? Math.ceil(wanted / 86_400) * 86_400;
  const ticks = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) {
    ticks.push({ at: scale(i * step), text: formatElapsed(i * step) });
  }
  return ticks;
}
