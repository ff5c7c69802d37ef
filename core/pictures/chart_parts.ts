import { scaleLinear } from "d3";

/** Okabe and Ito's colours, which colour-blind readers tell apart: on white, and on black. */
export const CHART_COLORS: readonly (readonly [light: string, dark: string])[] = [
  ["#0072b2", "#56b4e9"],
  ["#d55e00", "#e69f00"],
  ["#009e73", "#2fc79b"],
  ["#b0558a", "#cc79a7"],
  ["#6b6b00", "#f0e442"],
  ["#444444", "#bbbbbb"],
];

/** Room around the plot, in pixels. */
export const CHART_MARGIN = { top: 44, right: 24, bottom: 48, left: 72 };
/** Height of a row of the legend, in pixels. */
export const LEGEND_ROW = 18;

/** The part of a d3 scale that charts use (d3 comes without types). */
export interface ChartScale {
  /** A value's place in pixels. */
  (value: number): number;
  /** About `count` round values. */
  ticks(count: number): number[];
  /** How they are written. */
  tickFormat(count: number, format?: string): (value: number) => string;
}

/** Where and how large a chart's axes are. */
export interface ChartAxis {
  /** What runs along it, with its unit. */
  label: string;
  /** Of the whole chart, in pixels. */
  width: number;
  /** Of plot and axes, without the legend, in pixels. */
  height: number;
}

/** A scale from left to right. */
export function horizontalScale(domain: [number, number], width: number): ChartScale {
  return scaleLinear(domain, [CHART_MARGIN.left, width - CHART_MARGIN.right]);
}

/** Where the plot ends at the bottom and at the top, in pixels. */
export function verticalRange(height: number): [number, number] {
  return [height - CHART_MARGIN.bottom, CHART_MARGIN.top];
}

/** An SVG picture with a heading. @param marks Its elements, from back to front. */
export function chartPicture(
  { title, width, height, style }: { title: string; width: number; height: number; style: string },
  marks: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-label="${escapeXml(title)}">`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="${CHART_MARGIN.left}" y="26">${escapeXml(title)}</text>`,
    ...marks,
    "</svg>",
  ].join("\n") + "\n";
}

/** The axis at the bottom. */
export function axisX(x: ChartScale, { label, width, height }: ChartAxis): string[] {
  const bottom = height - CHART_MARGIN.bottom;
  const format = x.tickFormat(7);
  const ticks = x.ticks(7).map((value) =>
    `<text class="tick" text-anchor="middle" x="${roundPlace(x(value))}" y="${bottom + 18}">${
      format(value)
    }</text>`
  );
  const middle = (CHART_MARGIN.left + width - CHART_MARGIN.right) / 2;
  return [
    `<path class="axis" d="M${CHART_MARGIN.left},${bottom}H${width - CHART_MARGIN.right}"/>`,
    ...ticks,
    `<text class="label" text-anchor="middle" x="${middle}" y="${height - 10}">${escapeXml(label)}</text>`,
  ];
}

/** The axis at the left, with lines across the plot. */
export function axisY(y: ChartScale, { label, width, height, log = false }: ChartAxis & { log?: boolean }) {
  const format = log ? y.tickFormat(6, "~g") : y.tickFormat(6);
  const ticks = y.ticks(6).flatMap((value) => {
    const text = format(value);
    if (text === "") return []; // a log axis names only some of its ticks
    const place = roundPlace(y(value));
    return [
      `<path class="grid" d="M${CHART_MARGIN.left},${place}H${width - CHART_MARGIN.right}"/>`,
      `<text class="tick" text-anchor="end" x="${CHART_MARGIN.left - 8}" y="${
        roundPlace(place + 4)
      }">${text}</text>`,
    ];
  });
  const middle = (CHART_MARGIN.top + height - CHART_MARGIN.bottom) / 2;
  const place = `text-anchor="middle" transform="translate(16,${middle}) rotate(-90)"`;
  return [...ticks, `<text class="label" ${place}>${escapeXml(label)}</text>`];
}

/** Rules for page, texts and axes, on light and on dark pages. @param marks Rules of the marks: 0 light, 1 dark. */
export function chartStyle(marks: (mode: 0 | 1) => string): string {
  return "text{font:13px system-ui,sans-serif;fill:#333}.title{font-size:16px;font-weight:600}" +
    ".page{fill:#fff}.axis{stroke:#666}.grid{stroke:#ddd}" +
    `${marks(0)}@media(prefers-color-scheme:dark){text{fill:#ddd}.page{fill:#161616}` +
    `.axis{stroke:#999}.grid{stroke:#3a3a3a}${marks(1)}}`;
}

/** The smallest and the largest value; something sensible where there is no range. */
export function valueRange(values: Iterable<number>, log = false): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) return log ? [1, 10] : [0, 1];
  if (low === high) return log ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  return [low, high];
}

/** A place in pixels, as short as it may be. */
export function roundPlace(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text as SVG takes it. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
