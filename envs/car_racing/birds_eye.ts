import type { Color } from "../drawing/canvas.ts";
import { Drawing } from "../drawing/drawing.ts";
import { placePolygon } from "../drawing/place_polygon.ts";
import type { Picture } from "../env.ts";
import type { PictureSize } from "../read_render_options.ts";
import { BORDER, PATCH } from "./ground.ts";
import { HULL_POLYGONS, PLAYFIELD, TRACK_WIDTH, WHEEL_POLYGON } from "./constants.ts";
import type { CarRacingView, Pose, Track } from "./state.ts";

/** Grass that shows around the road, u. */
const MARGIN = 15;
/** Length of the car in the picture at least, px; it is drawn larger than it is, so that it can be found. */
const CAR_PIXELS = 20;
/** Length of the car, u. */
const CAR_LENGTH = 5;
/** How much lighter road is that the car has been on. */
const TOUCHED = 45;

const OUTSIDE: Color = [0, 0, 0];
const WHITE: Color = [255, 255, 255];
const RED: Color = [255, 0, 0];
const HULL: Color = [204, 0, 0];
const TYRE: Color = [0, 0, 0];

/** Fills a polygon of the world, `[x0, y0, ...]` in the frame of a pose. */
export type Fill = (polygon: readonly number[], pose: Pose, color: Color) => void;

/** Places in the picture, u from its lower left corner. */
interface Map {
  drawing: Drawing;
  left: number;
  bottom: number;
}

/**
 * Draws the whole track from above, north up: road, borders, the start line, the road that the car has been on, and the
 * car, larger than it is.
 *
 * @param size Any size.
 * @param drawBetween Draws what lies on the ground, below the car; cars are drawn `scale` times as large as they are.
 */
export function drawBirdsEye(
  view: CarRacingView,
  size: PictureSize,
  drawBetween?: (fill: Fill, scale: number) => void,
): Picture {
  const { track, colors, hull, wheels, touched } = view;
  const map = openMap(track, size);
  const { drawing } = map;
  const picture = drawing.begin();
  fillSquare(map, -1e4, 2e4, OUTSIDE);
  fillSquare(map, -PLAYFIELD, 2 * PLAYFIELD, colors.background);
  drawPatches(map, colors.grass);
  const count = track.points.length;
  fillRoad(map, track, 0, count, colors.road);
  const lighter = colors.road.map((level) => Math.min(255, level + TOUCHED)) as [number, number, number];
  for (let first = 0; first < count;) {
    let end = first;
    while (end < count && touched[end] === 1) end++;
    if (end > first) fillRoad(map, track, first, end - first, lighter);
    first = end + 1;
  }
  for (let tile = 0; tile < count; tile++) if (track.border[tile] === 1) drawBorder(map, track, tile);
  const { x: lineX, y: lineY, beta } = track.points[0];
  const line = [-TRACK_WIDTH, -0.7, TRACK_WIDTH, -0.7, TRACK_WIDTH, 0.7, -TRACK_WIDTH, 0.7];
  fill(map, line, { x: lineX, y: lineY, angle: beta }, WHITE);
  const scale = Math.max(1, CAR_PIXELS / (CAR_LENGTH * pixelsPerUnit(track, drawing)));
  drawBetween?.((polygon, pose, color) => fill(map, polygon, pose, color), scale);
  const larger = (polygon: readonly number[]) => polygon.map((value) => scale * value);
  for (const wheel of wheels) {
    const x = hull.x + scale * (wheel.x - hull.x);
    const y = hull.y + scale * (wheel.y - hull.y);
    fill(map, larger(WHEEL_POLYGON), { x, y, angle: wheel.angle }, TYRE);
  }
  for (const polygon of HULL_POLYGONS) fill(map, larger(polygon), hull, HULL);
  return picture;
}

/** A picture of which the track, with a margin, fills as much as its shape allows. */
function openMap(track: Track, { width, height }: PictureSize): Map {
  const { left, bottom, across, up } = bounds(track);
  const unit = Math.max(across / width, up / height);
  const drawing = new Drawing({ width: unit * width, height: unit * height }, { width, height });
  return { drawing, left: left - (unit * width - across) / 2, bottom: bottom - (unit * height - up) / 2 };
}

function pixelsPerUnit(track: Track, { width, height }: Drawing): number {
  const { across, up } = bounds(track);
  return Math.min(width / across, height / up);
}

function bounds({ points }: Track): { left: number; bottom: number; across: number; up: number } {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [left, bottom] = [Math.min(...xs) - TRACK_WIDTH - MARGIN, Math.min(...ys) - TRACK_WIDTH - MARGIN];
  return {
    left,
    bottom,
    across: Math.max(...xs) + TRACK_WIDTH + MARGIN - left,
    up: Math.max(...ys) + TRACK_WIDTH + MARGIN - bottom,
  };
}

/** Fills a polygon of the world, given in the frame of a pose. */
function fill(
  { drawing, left, bottom }: Map,
  polygon: readonly number[],
  pose: Pose,
  color: Color,
): void {
  const corners = new Float64Array(polygon.length);
  placePolygon(polygon, { ...pose, x: pose.x - left, y: pose.y - bottom }, corners);
  drawing.polygon(corners, color);
}

/** Fills a square whose lower left corner lies on the diagonal. */
function fillSquare(map: Map, low: number, side: number, color: Color): void {
  fill(map, [0, 0, side, 0, side, side, 0, side], { x: low, y: low, angle: 0 }, color);
}

/** Every second square of both directions is lighter, as the agent sees it. */
function drawPatches(map: Map, color: Color): void {
  const square = [0, 0, PATCH, 0, PATCH, PATCH, 0, PATCH];
  for (let i = -10; i < 10; i++) {
    for (let j = -10; j < 10; j++) fill(map, square, { x: 2 * i * PATCH, y: 2 * j * PATCH, angle: 0 }, color);
  }
}

/** Fills `count` tiles from `first` on, as one polygon, so that no seams show. */
function fillRoad(map: Map, { points }: Track, first: number, count: number, color: Color): void {
  const left: number[] = [];
  const right: number[] = [];
  // Tile i lies between point i - 1 and point i.
  for (let k = 0; k <= count; k++) {
    const point = points[(first + k - 1 + points.length) % points.length];
    left.push(...beside(point, -TRACK_WIDTH));
    right.unshift(...beside(point, TRACK_WIDTH));
  }
  fill(map, [...left, ...right], { x: 0, y: 0, angle: 0 }, color);
}

function drawBorder(map: Map, { points, borderSide }: Track, tile: number): void {
  const side = borderSide[tile];
  const [here, before] = [points[tile], points[(tile + points.length - 1) % points.length]];
  const [inner, outer] = [side * TRACK_WIDTH, side * (TRACK_WIDTH + BORDER)];
  const quad = [beside(here, inner), beside(here, outer), beside(before, outer), beside(before, inner)];
  fill(map, quad.flat(), { x: 0, y: 0, angle: 0 }, tile % 2 === 0 ? WHITE : RED);
}

/** The place `distance` to the right of a point of the track (negative: left), u. */
function beside({ x, y, beta }: Track["points"][number], distance: number): [number, number] {
  return [x + distance * Math.cos(beta), y + distance * Math.sin(beta)];
}
