import { line, scaleLinear, scaleLog } from "d3";

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
  /** In pixels. @default 720 */
  width?: number;
  /** In pixels. @default 420 */
  height?: number;
}

/** Okabe and Ito's colours, which colour-blind readers tell apart: on white, and on black. */
const COLORS = [
  ["#0072b2", "#56b4e9"],
  ["#d55e00", "#e69f00"],
  ["#009e73", "#2fc79b"],
  ["#b0558a", "#cc79a7"],
  ["#6b6b00", "#f0e442"],
  ["#444444", "#bbbbbb"],
];
const DASHES = ["none", "7 3", "2 3", "9 3 2 3"];
const MARGIN = { top: 44, right: 24, bottom: 48, left: 72 };
const ROW = 18;

/** The part of a d3 scale that is used here (d3 comes without types). */
interface Scale {
  (value: number): number;
  ticks(count: number): number[];
  tickFormat(count: number, format?: string): (value: number) => string;
}

/**
 * Curves as the text of an SVG picture that is readable on light and on dark pages. Equal data give equal text.
 */
export function lineChart(options: LineChartOptions): string {
  const { title, xLabel, yLabel, series, logY = false, width = 720, height = 420 } = options;
  const usable = ([x, y]: readonly [number, number]) =>
    Number.isFinite(x) && Number.isFinite(y) && (!logY || y > 0);
  const points = series.flatMap((curve) => curve.points.filter(usable));
  const legendTop = height;
  const total = height + ROW * series.length + 8;

  const x: Scale = scaleLinear(extent(points.map(([x]) => x)), [MARGIN.left, width - MARGIN.right]);
  const vertical = [height - MARGIN.bottom, MARGIN.top];
  const domain = extent(points.map(([, y]) => y), logY);
  const y: Scale = logY ? scaleLog(domain, vertical) : scaleLinear(domain, vertical).nice();

  const draw: (points: ChartSeries["points"]) => string | null = line()
    .defined(usable).x(([value]: [number]) => round(x(value))).y(([, value]: [number, number]) =>
      round(y(value))
    );

  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" ` +
    `role="img" aria-label="${escape(title)}">`,
    style(),
    `<rect class="page" width="${width}" height="${total}"/>`,
    `<text class="title" x="${MARGIN.left}" y="26">${escape(title)}</text>`,
    ...axisX(x, { xLabel, width, height }),
    ...axisY(y, { yLabel, width, height, logY }),
    ...series.map((curve, i) => `<path class="curve s${i % 24}" d="${draw(curve.points) ?? ""}"/>`),
    ...series.flatMap((curve, i) => legend(curve.name, i, legendTop + ROW * i)),
    "</svg>",
  ];
  return parts.join("\n") + "\n";
}

function axisX(x: Scale, { xLabel, width, height }: { xLabel: string; width: number; height: number }) {
  const bottom = height - MARGIN.bottom;
  const format = x.tickFormat(7);
  const ticks = x.ticks(7).map((value) =>
    `<text class="tick" text-anchor="middle" x="${round(x(value))}" y="${bottom + 18}">${
      format(value)
    }</text>`
  );
  const middle = (MARGIN.left + width - MARGIN.right) / 2;
  const label = `<text class="label" text-anchor="middle" x="${middle}" y="${height - 10}">${
    escape(xLabel)
  }</text>`;
  return [
    `<path class="axis" d="M${MARGIN.left},${bottom}H${width - MARGIN.right}"/>`,
    ...ticks,
    label,
  ];
}

function axisY(
  y: Scale,
  { yLabel, width, height, logY }: { yLabel: string; width: number; height: number; logY: boolean },
) {
  const format = logY ? y.tickFormat(6, "~g") : y.tickFormat(6);
  const ticks = y.ticks(6).flatMap((value) => {
    const text = format(value);
    if (text === "") return []; // a log axis names only some of its ticks
    const height = round(y(value));
    return [
      `<path class="grid" d="M${MARGIN.left},${height}H${width - MARGIN.right}"/>`,
      `<text class="tick" text-anchor="end" x="${MARGIN.left - 8}" y="${round(height + 4)}">${text}</text>`,
    ];
  });
  const middle = (MARGIN.top + height - MARGIN.bottom) / 2;
  const place = `text-anchor="middle" transform="translate(16,${middle}) rotate(-90)"`;
  return [...ticks, `<text class="label" ${place}>${escape(yLabel)}</text>`];
}

/** One row under the picture: a piece of the curve and its name. */
function legend(name: string, index: number, top: number): string[] {
  return [
    `<path class="curve s${index % 24}" d="M${MARGIN.left},${top}h32"/>`,
    `<text class="tick" x="${MARGIN.left + 40}" y="${top + 4}">${escape(name)}</text>`,
  ];
}

/** Colours for both kinds of pages; six colours times four kinds of dashes tell 24 curves apart. */
function style(): string {
  const curves = (mode: 0 | 1) => COLORS.map((pair, i) => colorRule(i, pair[mode])).join("");
  const dashes = DASHES.map((dash, i) =>
    `${COLORS.map((_, j) => `.s${i * COLORS.length + j}`).join(",")}{stroke-dasharray:${dash}}`
  );
  return "<style>text{font:13px system-ui,sans-serif;fill:#333}.title{font-size:16px;font-weight:600}" +
    ".page{fill:#fff}.axis{stroke:#666}.grid{stroke:#ddd}.curve{fill:none;stroke-width:2;stroke-linecap:round}" +
    `${curves(0)}${dashes.join("")}@media(prefers-color-scheme:dark){text{fill:#ddd}.page{fill:#161616}` +
    `.axis{stroke:#999}.grid{stroke:#3a3a3a}${curves(1)}}</style>`;
}

function colorRule(index: number, color: string): string {
  const classes = DASHES.map((_, dash) => `.s${dash * COLORS.length + index}`);
  return `${classes.join(",")}{stroke:${color}}`;
}

/** The smallest and the largest value; something sensible where there is no range. */
function extent(values: number[], log = false): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) return log ? [1, 10] : [0, 1];
  if (low === high) return log ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  return [low, high];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
