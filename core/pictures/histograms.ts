import {
  CHART_COLORS,
  CHART_MARGIN,
  chartPicture,
  chartStyle,
  escapeXml,
  roundPlace,
} from "./chart_parts.ts";

/** What {@link histograms} draws. */
export interface HistogramsOptions {
  /** The heading. */
  title: string;
  /** One small chart each. */
  of: readonly { name: string; values: ArrayLike<number> }[];
  /** A curve over all of them. */
  density?: (x: number) => number;
  /** From where to where; what lies outside counts at the ends. @default -4 to 4 */
  range?: readonly [number, number];
  /** How many bars. @default 40 */
  bins?: number;
  /** Small charts in a row. @default 5 */
  columns?: number;
}

const [PAGE, HEIGHT, GAP] = [820, 84, 14];

/**
 * Small charts of how often which values come, as densities of one scale, with the curve that they should follow:
 * the text of an SVG picture that is readable on light and on dark pages. Equal data give equal text.
 */
export function histograms(options: HistogramsOptions): string {
  const { title, of, density, range: [low, high] = [-4, 4], bins = 40 } = options;
  const columns = Math.min(options.columns ?? 5, Math.max(of.length, 1));
  const chart = Math.min((PAGE - 2 * CHART_MARGIN.right + GAP) / columns - GAP, 260);
  const step = (high - low) / bins;
  const all = of.map(({ values }) => densities(values, { low, step, bins }));
  const centres = Array.from({ length: bins }, (_, i) => low + step * (i + 0.5));
  const curve = density && centres.map(density);
  const most = Math.max(1e-9, ...all.flat(), ...curve ?? []);
  const place = (i: number, value: number) =>
    `${roundPlace(chart * (i + 0.5) / bins)},${roundPlace(HEIGHT * (1 - value / most))}`;
  const small = of.map(({ name }, n) => {
    const x = CHART_MARGIN.right + n % columns * (chart + GAP);
    const y = CHART_MARGIN.top + Math.floor(n / columns) * (HEIGHT + 2 * GAP);
    const bars = all[n].map((value, i) => {
      const top = roundPlace(HEIGHT * (1 - value / most));
      return `M${roundPlace(chart * i / bins)},${HEIGHT}V${top}h${roundPlace(chart / bins)}V${HEIGHT}Z`;
    });
    return [
      `<g transform="translate(${x},${y})"><path class="bar" d="${bars.join("")}"/>`,
      `<path class="axis" d="M0,${HEIGHT}h${chart}"/>`,
      ...curve ? [`<path class="density" d="M${curve.map((value, i) => place(i, value)).join("L")}"/>`] : [],
      `<text class="tick" x="2" y="12">${escapeXml(name)}</text></g>`,
    ].join("");
  });
  const height = CHART_MARGIN.top + Math.ceil(of.length / columns) * (HEIGHT + 2 * GAP) + GAP;
  const style = ".density{fill:none;stroke-width:1.6}" +
    chartStyle((mode) => `.bar{fill:${CHART_COLORS[0][mode]}}.density{stroke:${CHART_COLORS[1][mode]}}`);
  return chartPicture({ title, width: PAGE, height, style }, small);
}

/** Shares by the width of a bar. */
function densities(
  values: ArrayLike<number>,
  { low, step, bins }: { low: number; step: number; bins: number },
): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((values[i] - low) / step);
    if (Number.isFinite(bin)) counts[Math.min(Math.max(bin, 0), bins - 1)]++;
  }
  return counts.map((count) => count / Math.max(values.length, 1) / step);
}
