import { scaleLinear } from "d3";
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

/** Points that belong together. */
export interface ScatterGroup {
  /** What the legend calls them. */
  name: string;
  /** `[N, 2]`: x and y in turn. Those that are not finite are left out. */
  points: ArrayLike<number>;
}

/** A small picture in the plane. */
export interface ScatterPicture {
  /** Horizontal place of the picture's centre. */
  x: number;
  /** Vertical place of the picture's centre. */
  y: number;
  /** Its address: `data:image/png;base64,...`. */
  href: string;
}

/** What {@link scatterChart} draws. */
export interface ScatterChartOptions {
  /** The heading. */
  title: string;
  /** What runs along the x axis. @default "x" */
  xLabel?: string;
  /** What runs along the y axis. @default "y" */
  yLabel?: string;
  /** The points, from back to front. */
  groups: readonly ScatterGroup[];
  /** Pictures over the points. */
  pictures?: readonly ScatterPicture[];
  /** Side of those pictures in pixels. @default 40 */
  pictureSize?: number;
  /** Whether groups are named in the plot as well, at the median of their points. @default false */
  nameGroups?: boolean;
  /** Diameter of a point in pixels. @default 3 */
  pointSize?: number;
  /** Width in pixels. @default 720 */
  width?: number;
  /** In pixels, the legend left out. @default 640 */
  height?: number;
}

/** Marks of a group beside its colour. */
const SHAPES = ["round", "cross", "ring", "square"] as const;
const LEGEND_COLUMN = 150;

/**
 * Points in the plane as the text of an SVG picture that is readable on light and on dark pages; groups differ in
 * colour and in shape. Equal data give equal text.
 */
export function scatterChart(options: ScatterChartOptions): string {
  const { title, xLabel = "x", yLabel = "y", groups, pictures = [], width = 720, height = 640 } = options;
  const { pictureSize = 40, pointSize = 3, nameGroups = false } = options;
  const places = [...groups.flatMap(({ points }) => pairs(points)), ...pictures.map(({ x, y }) => [x, y])];
  const x = horizontalScale(valueRange(places.map(([x]) => x)), width);
  const y: ChartScale = scaleLinear(valueRange(places.map(([, y]) => y)), verticalRange(height)).nice();

  const columns = Math.max(1, Math.floor((width - CHART_MARGIN.left) / LEGEND_COLUMN));
  const named = groups.length > 1;
  const total = height + (named ? LEGEND_ROW * Math.ceil(groups.length / columns) + 16 : 0);
  const mark = (i: number, d: string, more = "") =>
    `<path class="dot ${shapeOf(i)} s${i % CHART_COLORS.length}${more}" d="${d}"/>`;
  const legend = groups.flatMap(({ name }, i) => {
    const left = CHART_MARGIN.left + i % columns * LEGEND_COLUMN;
    const top = height + 8 + LEGEND_ROW * Math.floor(i / columns);
    return [
      mark(i, dots([[left + 6, top]], shapeOf(i), 9), " key"),
      `<text class="tick" x="${left + 18}" y="${top + 4}">${escapeXml(name)}</text>`,
    ];
  });
  return chartPicture({ title, width, height: total, style: style(pointSize) }, [
    ...axisX(x, { label: xLabel, width, height }),
    ...axisY(y, { label: yLabel, width, height }),
    ...groups.map(({ points }, i) => {
      const places = pairs(points).map(([a, b]) => [x(a), y(b)]);
      return mark(i, dots(places, shapeOf(i), pointSize));
    }),
    ...nameGroups ? groups.flatMap((group) => groupName(group, x, y)) : [],
    ...pictures.map((picture) =>
      `<image x="${roundPlace(x(picture.x) - pictureSize / 2)}" y="${
        roundPlace(y(picture.y) - pictureSize / 2)
      }" width="${pictureSize}" height="${pictureSize}" href="${escapeXml(picture.href)}"/>`
    ),
    ...named ? legend : [],
  ]);
}

/** A group's name where its points are. */
function groupName({ name, points }: ScatterGroup, x: ChartScale, y: ChartScale): string[] {
  const places = pairs(points);
  if (places.length === 0) return [];
  const median = (axis: 0 | 1) =>
    places.map((place) => place[axis]).sort((a, b) => a - b)[places.length >> 1];
  return [
    `<text class="group" text-anchor="middle" x="${roundPlace(x(median(0)))}" y="${
      roundPlace(y(median(1)) + 4)
    }">${escapeXml(name)}</text>`,
  ];
}

function shapeOf(group: number): typeof SHAPES[number] {
  return SHAPES[Math.floor(group / CHART_COLORS.length) % SHAPES.length];
}

/** One path for all points of a group: a stroke without length is a dot, round or square by its ends. */
function dots(places: readonly number[][], shape: typeof SHAPES[number], size: number): string {
  if (shape === "cross") size *= 1.6; // its strokes are thin
  const half = roundPlace(size / 2);
  const drawn = {
    round: "h0",
    square: "h0",
    cross: `m${-half},${-half}l${size},${size}m0,${-size}l${-size},${size}`,
    ring: `m${-half},0a${half},${half} 0 1 0 ${size},0a${half},${half} 0 1 0 ${-size},0`,
  }[shape];
  return places.map(([x, y]) => `M${tenth(x)},${tenth(y)}${drawn}`).join("");
}

function* pairsOf(points: ArrayLike<number>): Generator<[number, number]> {
  for (let i = 0; i + 1 < points.length; i += 2) {
    if (Number.isFinite(points[i]) && Number.isFinite(points[i + 1])) yield [points[i], points[i + 1]];
  }
}

function pairs(points: ArrayLike<number>): [number, number][] {
  return [...pairsOf(points)];
}

/** A tenth of a pixel is enough for a dot: thousands of them stay a small file. */
function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function style(size: number): string {
  return `.dot{fill:none;stroke-width:${size};stroke-linecap:round;opacity:.75}.square{stroke-linecap:square}` +
    ".key{stroke-width:9}.cross,.ring{stroke-width:1.3}image{image-rendering:pixelated}" +
    ".group{font-weight:600;paint-order:stroke;stroke-width:4;stroke-linejoin:round}" +
    chartStyle((mode) =>
      `.group{stroke:${mode === 0 ? "#fffc" : "#161616cc"}}` +
      CHART_COLORS.map((pair, i) => `.s${i}{stroke:${pair[mode]}}`).join("")
    );
}
