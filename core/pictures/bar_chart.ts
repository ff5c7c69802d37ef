import { scaleLinear } from "d3";
import {
  axisY,
  CHART_COLORS,
  CHART_MARGIN,
  chartPicture,
  type ChartScale,
  chartStyle,
  escapeXml,
  roundPlace,
  valueRange,
  verticalRange,
} from "./chart_parts.ts";

/** What {@link barChart} draws. */
export interface BarChartOptions {
  /** The heading. */
  title: string;
  /** What the bars are. */
  xLabel: string;
  /** What their height is, with its unit. */
  yLabel: string;
  /** From left to right; each starts at 0. */
  bars: readonly { name: string; value: number }[];
  /** Width in pixels. @default 720 */
  width?: number;
  /** Height in pixels. @default 420 */
  height?: number;
}

/** Bars that are named below; of more than these only some are. */
const MOST_NAMES = 24;

/** Bars as the text of an SVG picture that is readable on light and on dark pages. Equal data give equal text. */
export function barChart(
  { title, xLabel, yLabel, bars, width = 720, height = 420 }: BarChartOptions,
): string {
  const [bottom] = verticalRange(height);
  const y: ChartScale = scaleLinear(
    valueRange([0, ...bars.map(({ value }) => value).filter(Number.isFinite)]),
    verticalRange(height),
  ).nice();
  const slot = (width - CHART_MARGIN.left - CHART_MARGIN.right) / Math.max(bars.length, 1);
  const every = Math.ceil(bars.length / MOST_NAMES);
  const ground = y(0);
  const drawn = bars.flatMap(({ name, value }, i) => {
    const left = CHART_MARGIN.left + slot * i;
    const top = Number.isFinite(value) ? y(value) : ground;
    const [from, size] = [Math.min(top, ground), Math.abs(ground - top)];
    const bar = `<rect class="bar" x="${roundPlace(left + slot * 0.1)}" y="${roundPlace(from)}" width="${
      roundPlace(slot * 0.8)
    }" height="${roundPlace(size)}"><title>${escapeXml(`${name}: ${value}`)}</title></rect>`;
    const label = `<text class="tick" text-anchor="middle" x="${roundPlace(left + slot / 2)}" y="${
      bottom + 18
    }">${escapeXml(name)}</text>`;
    return i % every === 0 ? [bar, label] : [bar];
  });
  const middle = (CHART_MARGIN.left + width - CHART_MARGIN.right) / 2;
  const style = chartStyle((mode) => `.bar{fill:${CHART_COLORS[0][mode]}}`);
  return chartPicture({ title, width, height, style }, [
    ...axisY(y, { label: yLabel, width, height }),
    ...drawn,
    `<path class="axis" d="M${CHART_MARGIN.left},${roundPlace(ground)}H${width - CHART_MARGIN.right}"/>`,
    `<text class="label" text-anchor="middle" x="${middle}" y="${height - 10}">${escapeXml(xLabel)}</text>`,
  ]);
}
