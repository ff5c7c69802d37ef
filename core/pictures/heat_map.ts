import { CHART_COLORS, chartPicture, chartStyle, escapeXml, roundPlace } from "./chart_parts.ts";

/** What {@link heatMap} draws. */
export interface HeatMapOptions {
  /** The heading. */
  title: string;
  /** What goes from left to right. */
  xLabel: string;
  /** What goes from top to bottom. */
  yLabel: string;
  /** `[rows][columns]`, 0 or more; the largest is drawn in full colour. */
  values: readonly ArrayLike<number>[];
  /** What the rows are called. */
  rows?: readonly string[];
  /** What the columns are called. */
  columns?: readonly string[];
  /** How a value is written; in the cells where there is room, and under the pointer. @default up to three digits */
  format?: (value: number) => string;
  /** Of the whole drawing without the rows' names, in pixels. @default 560 */
  width?: number;
}

const [TOP, SIDE, NAMES] = [44, 24, 110];

/** Numbers in a grid as the text of an SVG picture that is readable on light and on dark pages. */
export function heatMap(options: HeatMapOptions): string {
  const { title, xLabel, yLabel, values, rows, columns, width = 560 } = options;
  const { format = (value: number) => String(Number(value.toPrecision(3))) } = options;
  const across = values[0]?.length ?? 0;
  const size = width / Math.max(across, 1);
  const left = SIDE + 20 + (rows ? NAMES : 0);
  const most = Math.max(1e-12, ...values.flatMap((row) => Array.from(row).filter(Number.isFinite)));
  const cells = values.flatMap((row, y) =>
    Array.from(row).map((value, x) => {
      const share = Number.isFinite(value) ? Math.max(value, 0) / most : 0;
      const [cx, cy] = [left + x * size, TOP + y * size];
      const name = `${rows?.[y] ?? y}, ${columns?.[x] ?? x}: ${format(value)}`;
      const cell = `<rect class="cell" x="${roundPlace(cx)}" y="${roundPlace(cy)}" width="${
        roundPlace(size)
      }" height="${roundPlace(size)}" fill-opacity="${roundPlace(share)}"><title>${
        escapeXml(name)
      }</title></rect>`;
      const text = `<text class="value${share > 0.5 ? " full" : ""}" text-anchor="middle" x="${
        roundPlace(cx + size / 2)
      }" y="${roundPlace(cy + size / 2 + 4)}">${escapeXml(format(value))}</text>`;
      return size >= 36 ? cell + text : cell;
    })
  );
  const bottom = TOP + values.length * size;
  const names = [
    ...rows?.map((name, y) =>
      `<text class="tick" text-anchor="end" x="${left - 8}" y="${roundPlace(TOP + (y + 0.5) * size + 4)}">${
        escapeXml(name)
      }</text>`
    ) ?? [],
    ...columns?.map((name, x) =>
      `<text class="tick" text-anchor="end" transform="translate(${roundPlace(left + (x + 0.5) * size + 4)},${
        roundPlace(bottom + 10)
      }) rotate(-50)">${escapeXml(name)}</text>`
    ) ?? [],
  ];
  const height = bottom + (columns ? NAMES : 8) + 34;
  const style = ".value{font-size:11px}.cell{stroke-width:.5;stroke:#8884}" +
    chartStyle((mode) => `.cell{fill:${CHART_COLORS[0][mode]}}.full{fill:${mode === 0 ? "#fff" : "#000"}}`);
  return chartPicture({ title, width: left + width + SIDE, height, style }, [
    ...cells,
    ...names,
    `<text class="label" text-anchor="middle" x="${left + width / 2}" y="${height - 12}">${
      escapeXml(xLabel)
    }</text>`,
    `<text class="label" text-anchor="middle" transform="translate(16,${
      roundPlace((TOP + bottom) / 2)
    }) rotate(-90)">${escapeXml(yLabel)}</text>`,
  ]);
}
