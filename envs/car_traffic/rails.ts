import { TRACK_WIDTH } from "../car_racing/constants.ts";
import { convexHull } from "../car_racing/polygons.ts";
import type { Track, TrackPoint } from "../car_racing/state.ts";

/** Where guard rails stand: nowhere, along the outside of bends, or along both sides all the way. */
export type Barriers = "none" | "bends" | "all";

/** How far a rail's face stands from the middle of the road, u: a strip of grass of 2.5 u lies between. */
export const RAIL_DISTANCE: number = TRACK_WIDTH + 2.5;
/** Thickness of a rail, u: more than anything moves in a quarter of a step. */
export const RAIL_THICKNESS = 1;
/** A stretch of rail is left out where a road passes nearer than this to it, u. */
const CLEARANCE = RAIL_DISTANCE - 0.5;
/** Turn between two points that makes a bend, rad. */
const BEND = 0.05;
/** Tiles that a bend's rail begins before it and goes on behind it, where cars are carried out. */
const BEFORE = 2;
const BEHIND = 6;

/** How far the ends of a rail are bent away from the road, u, from the end on: nobody is to meet one head on. */
const FLARE = [3.5, 1.4, 0.4];

/** A stretch of guard rail along one tile. */
export interface Rail {
  /** Corners, anticlockwise, `[x0, y0, ...]`, u. */
  quad: Float64Array;
  /** Direction of the road, unit vector. */
  alongX: number;
  /** Direction of the road, unit vector. */
  alongY: number;
  /** Whether rail goes on before it: nothing can run into that end. */
  joinedBefore: boolean;
  /** Whether rail goes on behind it. */
  joinedBehind: boolean;
}

/** The rails of a track, in its order, those to the left first. */
export function layRails(track: Track, barriers: Barriers): Rail[] {
  if (barriers === "none") return [];
  return [...layAlong(track, -1, barriers), ...layAlong(track, 1, barriers)];
}

/** The rails on the left (-1) or the right (1). */
function layAlong({ points }: Track, side: 1 | -1, barriers: Barriers): Rail[] {
  const count = points.length;
  const at = (i: number) => (i + count) % count;
  const wanted = new Uint8Array(count).fill(barriers === "all" ? 1 : 0);
  if (barriers === "bends") {
    points.forEach((point, i) => {
      const turn = point.beta - points[at(i - 1)].beta;
      // Of a turn to the left, where beta grows, the outside is the right.
      if (Math.sin(turn) * side < BEND) return;
      for (let k = -BEFORE; k <= BEHIND; k++) wanted[at(i + k)] = 1;
    });
  }
  const straight = points.map((_, i) => wanted[i] === 1 && isClear(quadAt(points, i, side, 0, 0), points));
  const kept = points.map((_, i) => {
    if (!straight[i]) return undefined;
    const quad = quadAt(points, i, side, flareAt(straight, at(i - 1)), flareAt(straight, i));
    return isClear(quad, points) ? quad : undefined;
  });
  return kept.flatMap((quad, i) => {
    if (!quad) return [];
    const dx = points[i].x - points[at(i - 1)].x;
    const dy = points[i].y - points[at(i - 1)].y;
    const length = Math.hypot(dx, dy);
    return {
      quad,
      alongX: dx / length,
      alongY: dy / length,
      joinedBefore: kept[at(i - 1)] !== undefined,
      joinedBehind: kept[at(i + 1)] !== undefined,
    };
  });
}

/** The rail of a tile, bent away from the road by so much at its first and its second point, u. */
function quadAt(
  points: readonly TrackPoint[],
  i: number,
  side: number,
  first: number,
  second: number,
): Float64Array {
  const from = points[(i + points.length - 1) % points.length];
  const corner = (point: TrackPoint, distance: number): [number, number] => [
    point.x + side * distance * Math.cos(point.beta),
    point.y + side * distance * Math.sin(point.beta),
  ];
  return convexHull([
    corner(from, RAIL_DISTANCE + first),
    corner(from, RAIL_DISTANCE + first + RAIL_THICKNESS),
    corner(points[i], RAIL_DISTANCE + second + RAIL_THICKNESS),
    corner(points[i], RAIL_DISTANCE + second),
  ]);
}

/** How far a rail is bent away at a point: by its distance, in tiles, from where the rail ends. */
function flareAt(kept: readonly boolean[], point: number): number {
  const count = kept.length;
  const run = (step: 1 | -1) => {
    let tiles = 0;
    for (
      let i = step === 1 ? point + 1 : point;
      tiles < FLARE.length && kept[(i + count) % count];
      i += step
    ) tiles++;
    return tiles;
  };
  return FLARE[Math.min(run(1), run(-1))] ?? 0;
}

/** Whether no road passes too near: on the inside of a tight bend rails would fold, at a crossing they would block. */
function isClear(quad: Float64Array, points: readonly TrackPoint[]): boolean {
  for (let i = 0; i < quad.length; i += 2) {
    for (const { x, y } of points) {
      const dx = quad[i] - x;
      const dy = quad[i + 1] - y;
      if (dx * dx + dy * dy < CLEARANCE * CLEARANCE) return false;
    }
  }
  return true;
}
