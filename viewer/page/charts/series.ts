import { bisectCenter } from "./d3.ts";

/** A colour of the design system: the number of a series, or a name that means something. */
export type ChartColor = number | "real" | "dream" | "human" | "agent" | "accent" | "warn" | "text-dim";

/** A line of a chart. */
export interface ChartSeries {
  /** Its name in the legend; unique within the chart. */
  name: string;
  /** Its colour. */
  color: ChartColor;
  /** Where the values lie, ascending, `[N]`. @default 0, 1, 2 .. */
  x?: ArrayLike<number>;
  /** The values, `[N]`; those that are not finite break the line. */
  y: ArrayLike<number>;
  /** A range about the line, `[N]` each. */
  band?: { low: ArrayLike<number>; high: ArrayLike<number> };
  /** Whether the line is dashed. */
  dashed?: boolean;
  /** The same values before they were smoothed, `[N]`, drawn faintly behind the line. */
  raw?: ArrayLike<number>;
  /** Where a measurement was NaN or infinite, ascending values of x: marked, unlike where there is none. */
  lost?: readonly number[];
}

/** The CSS value of a colour; series' colours come again after eight. */
export function cssColor(color: ChartColor): string {
  return `var(--${typeof color === "number" ? `series-${color % 8}` : color})`;
}

/** Where a series' value lies. */
export function xAt({ x }: ChartSeries, index: number): number {
  return x ? x[index] : index;
}

/** The index of the value nearest to x, -1 where there is none within half a step. */
export function indexNear(series: ChartSeries, x: number): number {
  const count = series.y.length;
  if (count === 0 || !Number.isFinite(x)) return -1;
  const first = xAt(series, 0);
  const last = xAt(series, count - 1);
  const slack = count > 1 ? (last - first) / (count - 1) / 2 : 0;
  if (x < first - slack || x > last + slack) return -1;
  return series.x ? bisectCenter(series.x, x) : Math.min(Math.max(Math.round(x), 0), count - 1);
}

/** Whether what was measured at x was no finite number. */
export function isLost({ lost }: ChartSeries, x: number): boolean {
  if (!lost || lost.length === 0) return false;
  return lost[bisectCenter(lost, x)] === x;
}

/** A series' value in words, see {@link measuredText}; a dash where nothing was measured. */
export function valueText(series: ChartSeries, index: number): string {
  if (index < 0) return "–";
  const { y, raw = y } = series;
  if (!isLost(series, xAt(series, index))) return formatNumber(y[index]);
  return measuredText(Number.isFinite(raw[index]) ? NaN : raw[index]); // finite: a mean that leaves some runs out
}

/** What was measured, in words: also what is no finite number. */
export function measuredText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? formatNumber(value) : value > 0 ? "∞" : "−∞";
}

/** The last measurement between two ends, finite or lost; -1 where there is none. */
export function lastMeasured(series: ChartSeries, [from, to] = [-Infinity, Infinity]): number {
  let index = series.y.length - 1;
  const counts = (x: number) =>
    x >= from && x <= to && (Number.isFinite(series.y[index]) || isLost(series, x));
  while (index >= 0 && !counts(xAt(series, index))) index--;
  return index;
}

/** A number for people: four digits that count. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [digits, exponent] = value.toExponential(2).split("e");
    return `${Number(digits)}e${Number(exponent)}`.replaceAll("-", "−");
  }
  return (size >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)))).replace("-", "−");
}

/** Seconds for people: `45 s`, `2 min 5 s`, `1 h 30 min`. */
export function formatElapsed(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.round(Math.abs(seconds));
  if (whole < 60) return `${sign}${Math.abs(seconds) < 10 ? Number(Math.abs(seconds).toFixed(1)) : whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const parts = hours ? [[hours, "h"], [minutes, "min"]] : [[minutes, "min"], [whole % 60, "s"]];
  return sign + parts.filter(([count], i) => i === 0 || count).map((part) => part.join(" ")).join(" ");
}
