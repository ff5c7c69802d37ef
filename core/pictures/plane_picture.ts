import { interpolateInferno, rgb } from "d3";
import { CHART_COLORS } from "./chart_parts.ts";
import { blankPicture, type Picture } from "./picture.ts";

/** A square part of the plane around the origin, as a picture. */
export interface PlaneView {
  /** x and y run from -extent to extent, y upwards. */
  extent: number;
  /** Side of the picture in pixels. @default 280 */
  side?: number;
}

/** Points of one colour. */
export interface PlanePoints {
  /** `[N, 2]`: x and y in turn. Those outside the view are left out. */
  points: ArrayLike<number>;
  /** A colour of the charts: 0 blue, 1 orange, 2 green, 3 pink, 4 olive, 5 grey. */
  color: number;
}

/** Half the width of a dot, in pixels. */
const RADIUS = 1.1;
/** How much of what is below a dot it hides. */
const OPACITY = 0.7;

/** Draws points on white, the first groups below the others. Every dot lies at its very place, between pixels as well. */
export function drawPoints(groups: readonly PlanePoints[], { extent, side = 280 }: PlaneView): Picture {
  const picture = blankPicture(side, side, [255, 255, 255]);
  const place = (value: number) => (value / extent + 1) / 2 * side - 0.5;
  for (const { points, color } of groups) {
    const shade = channels(CHART_COLORS[color][0]);
    for (let i = 0; i + 1 < points.length; i += 2) {
      drawDot(picture, place(points[i]), place(-points[i + 1]), shade);
    }
  }
  return picture;
}

/** Covers each pixel by how much of it the dot fills. */
function drawDot({ width, height, data }: Picture, x: number, y: number, color: readonly number[]): void {
  for (
    let row = Math.max(0, Math.ceil(y - RADIUS - 0.5));
    row <= Math.min(height - 1, y + RADIUS + 0.5);
    row++
  ) {
    for (
      let column = Math.max(0, Math.ceil(x - RADIUS - 0.5));
      column <= Math.min(width - 1, x + RADIUS + 0.5);
      column++
    ) {
      const cover = OPACITY * Math.max(0, Math.min(1, RADIUS + 0.5 - Math.hypot(column - x, row - y)));
      const at = 3 * (row * width + column);
      for (let c = 0; c < 3; c++) data[at + c] += Math.round(cover * (color[c] - data[at + c]));
    }
  }
}

/** How far a view must reach to show points, with a margin. @param points `[N, 2]`. */
export function planeExtent(points: ArrayLike<number>): number {
  return 1.25 * Array.from(points).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** What shows between pictures of the plane on one sheet. */
export const PLANE_FRAME = [210, 210, 210] as const;

/** The centres of the pixels of a view, `[side side, 2]`, row by row from the top. */
export function planePlaces({ extent, side = 280 }: PlaneView): Float32Array {
  const step = 2 * extent / side;
  return Float32Array.from({ length: side * side * 2 }, (_, i) => {
    const pixel = i >> 1;
    return i % 2 === 0
      ? (pixel % side + 0.5) * step - extent
      : extent - (Math.floor(pixel / side) + 0.5) * step;
  });
}

/**
 * Draws a number for every pixel in matplotlib's colours "inferno": black is 0, the brightest the largest.
 *
 * @param values `[side side]`, 0 or more, at {@link planePlaces}.
 */
export function drawHeat(values: ArrayLike<number>, { side = 280 }: PlaneView): Picture {
  const picture = blankPicture(side, side);
  const most = Array.from(values).reduce((most, value) => Math.max(most, value), Number.MIN_VALUE);
  for (let i = 0; i < values.length; i++) {
    picture.data.set(channels(interpolateInferno(values[i] / most)), 3 * i);
  }
  return picture;
}

function channels(color: string): [number, number, number] {
  const { r, g, b } = rgb(color);
  return [r, g, b];
}
