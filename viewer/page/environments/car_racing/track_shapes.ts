import { PLAYFIELD, TRACK_WIDTH } from "../../../../envs/car_racing/constants.ts";
import { convexHull } from "../../../../envs/car_racing/polygons.ts";
import type { Track } from "../../../../envs/car_racing/state.ts";

/** How far the drawn road reaches beyond its edges, so that the shader can soften them, in half widths. */
const OVERHANG = 1.06;
/** Width of a kerb, u. */
const KERB = 8 / 6;
/** Numbers of a corner of the road: x, y, across, along, tile. */
export const ROAD_NUMBERS = 5;
/** Numbers of a corner of a kerb: x, y, across (0 at the road, 1 outside), red (0 or 1). */
export const KERB_NUMBERS = 4;

/**
 * The road, four corners for each tile.
 *
 * @returns `[n * 4, ROAD_NUMBERS]`: x, y, across (-1 left edge .. 1 right edge), along (u from the start), tile.
 */
export function roadCorners({ points }: Track): Float32Array {
  const count = points.length;
  const corners = new Float32Array(count * 4 * ROAD_NUMBERS);
  let along = 0;
  for (let tile = 0, at = 0; tile < count; tile++) {
    const before = points[(tile + count - 1) % count];
    const point = points[tile];
    const length = Math.hypot(point.x - before.x, point.y - before.y);
    for (const [{ x, y, beta }, distance] of [[before, along], [point, along + length]] as const) {
      for (const side of [-OVERHANG, OVERHANG]) {
        corners.set(
          [
            x + side * TRACK_WIDTH * Math.cos(beta),
            y + side * TRACK_WIDTH * Math.sin(beta),
            side,
            distance,
            tile,
          ],
          at,
        );
        at += ROAD_NUMBERS;
      }
    }
    along += length;
  }
  return corners;
}

/** The kerbs, four corners each: `[kerbs * 4, KERB_NUMBERS]`. */
export function kerbCorners({ points, border, borderSide }: Track): Float32Array {
  const corners: number[] = [];
  points.forEach((point, tile) => {
    const side = borderSide[tile];
    if (!border[tile] || side === 0) return;
    const before = points[(tile + points.length - 1) % points.length];
    for (const { x, y, beta } of [before, point]) {
      for (const across of [0, 1]) {
        const reach = side * (TRACK_WIDTH + across * KERB);
        corners.push(x + reach * Math.cos(beta), y + reach * Math.sin(beta), across, tile % 2);
      }
    }
  });
  return Float32Array.from(corners);
}

/** The tiles' corners, convex and anticlockwise, as `TileIndex` wants them. */
export function tileQuads({ points }: Track): Float64Array[] {
  const side = (i: number, sign: number): [number, number] => {
    const { x, y, beta } = points[(i + points.length) % points.length];
    return [x + sign * TRACK_WIDTH * Math.cos(beta), y + sign * TRACK_WIDTH * Math.sin(beta)];
  };
  return points.map((_, i) => convexHull([side(i, -1), side(i, 1), side(i - 1, 1), side(i - 1, -1)]));
}

/** A rectangle of the world, u. */
export interface Bounds {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** What holds the whole road, and a little grass. */
export function trackBounds({ points }: Track): Bounds {
  const margin = TRACK_WIDTH + 6;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return {
    left: Math.max(Math.min(...xs) - margin, -PLAYFIELD),
    right: Math.min(Math.max(...xs) + margin, PLAYFIELD),
    bottom: Math.max(Math.min(...ys) - margin, -PLAYFIELD),
    top: Math.min(Math.max(...ys) + margin, PLAYFIELD),
  };
}

/** Two triangles for each four corners, in the order before left, before right, left, right. */
export function quadIndices(quads: number): Uint32Array {
  const indices = new Uint32Array(6 * quads);
  for (let quad = 0; quad < quads; quad++) {
    const first = 4 * quad;
    indices.set([first, first + 1, first + 2, first + 2, first + 1, first + 3], 6 * quad);
  }
  return indices;
}
