import { HULL_POLYGONS, type Polygon, WHEEL_POLYGON, WHEEL_POSITIONS } from "../car_racing/constants.ts";
import { convexHull } from "../car_racing/polygons.ts";
import type { Pose } from "../car_racing/state.ts";
import type { Color } from "../drawing/canvas.ts";
import type { Rail } from "./rails.ts";
import type { CarMark, ConeMark, Scene } from "./scene.ts";

/** A part of a thing: a convex polygon, anticlockwise, in the thing's frame or that of a pose within it, and its colour. */
export interface Part {
  polygon: readonly number[];
  color: Color;
  /** Where the part sits in the thing; at its origin when left out. */
  pose?: Pose;
}

const TYRE: Color = [0, 0, 0];
const ORANGE: Color = [245, 105, 20];
const WHITE: Color = [240, 240, 240];

/** Rails change their shade from stretch to stretch, so that one sees how fast one passes. */
export const RAIL_COLORS: readonly Color[] = [[205, 208, 212], [150, 155, 162]];

const FRONT_WHEELS = 2;
const anticlockwise = (polygon: Polygon) => [
  ...convexHull(Array.from({ length: polygon.length / 2 }, (_, i) => [polygon[2 * i], polygon[2 * i + 1]])),
];
const HULL = HULL_POLYGONS.map(anticlockwise);
const WHEEL = anticlockwise(WHEEL_POLYGON);

/** A standing cone from above: foot, white band, tip, u. */
const STANDING_CONE: readonly Part[] = [
  { polygon: [-0.6, -0.6, 0.6, -0.6, 0.6, 0.6, -0.6, 0.6], color: ORANGE },
  { polygon: octagon(0.38), color: WHITE },
  { polygon: octagon(0.2), color: ORANGE },
];
/** A fallen one: its foot on edge, the cone ahead of it, a white band across. */
const FALLEN_CONE: readonly Part[] = [
  { polygon: [-0.6, -0.75, 0.6, -0.75, 0.6, -0.5, -0.6, -0.5], color: ORANGE },
  { polygon: [-0.42, -0.5, 0.42, -0.5, 0.08, 0.9, -0.08, 0.9], color: ORANGE },
  { polygon: [-0.3, 0, 0.3, 0, 0.2, 0.4, -0.2, 0.4], color: WHITE },
];

/** A car: four wheels, those in front steered, and the hull's parts. */
export function carParts({ steer }: CarMark, color: Color): Part[] {
  const wheels = WHEEL_POSITIONS.map(([x, y], i) => ({
    polygon: WHEEL,
    color: TYRE,
    pose: { x, y, angle: i < FRONT_WHEELS ? steer : 0 },
  }));
  return [...wheels, ...HULL.map((polygon) => ({ polygon, color }))];
}

/** A cone, standing or fallen. */
export function coneParts({ fallen }: ConeMark): readonly Part[] {
  return fallen ? FALLEN_CONE : STANDING_CONE;
}

/** Where a part is that sits in a thing, which may be drawn larger than it is. */
export function placePart(thing: Pose, part: Pose | undefined, scale = 1): Pose {
  if (!part) return thing;
  const cos = Math.cos(thing.angle);
  const sin = Math.sin(thing.angle);
  return {
    x: thing.x + scale * (cos * part.x - sin * part.y),
    y: thing.y + scale * (sin * part.x + cos * part.y),
    angle: thing.angle + part.angle,
  };
}

/** Fills the rails, cones and cars of a map; cars and cones `scale` times as large as they are, so that one finds them. */
export function drawThings(
  { cars, cones, rails, carColors }: Scene & { rails: readonly Rail[]; carColors: readonly Color[] },
  fill: (polygon: readonly number[], pose: Pose, color: [number, number, number]) => void,
  scale: number,
): void {
  const draw = (thing: Pose, parts: readonly Part[]) => {
    for (const { polygon, color, pose } of parts) {
      fill(polygon.map((value) => scale * value), placePart(thing, pose, scale), [...color]);
    }
  };
  rails.forEach(({ quad }, i) => {
    fill([...quad], { x: 0, y: 0, angle: 0 }, [...RAIL_COLORS[i % RAIL_COLORS.length]]);
  });
  for (const cone of cones) draw(cone, coneParts(cone));
  cars.forEach((car, i) => {
    if (car.present) draw(car, carParts(car, carColors[i]));
  });
}

function octagon(radius: number): number[] {
  return Array.from({ length: 8 }, (_, i) => {
    const angle = Math.PI * i / 4;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }).flat();
}
