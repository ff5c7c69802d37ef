import { box, cylinder, ramp, type Solid } from "./brick_renderer.ts";

/** Heights and the stud, in distances of two studs (8 mm): 9.6 mm, 3.2 mm, 1.7 mm, 2.4 mm. */
const [BRICK, PLATE, STUD_HEIGHT, STUD_RADIUS] = [1.2, 0.4, 0.21, 0.3];

function studs(width: number, length: number, height: number): Solid[] {
  return Array.from({ length: width * length }, (_, i) => {
    const place = [i % width + 0.5, Math.floor(i / width) + 0.5, height] as const;
    return cylinder(place, { radius: STUD_RADIUS, height: STUD_HEIGHT });
  });
}

const block = (width: number, length: number, height: number): Solid[] => [
  box([0, 0, 0], [width, length, height]),
  ...studs(width, length, height),
];

const round = (side: number): Solid[] => [
  cylinder([side / 2, side / 2, 0], { radius: side / 2, height: BRICK }),
  ...studs(side, side, BRICK),
];

/** A row of studs at the back, a slope in front of it. */
const slope = (width: number): Solid[] => [
  box([0, 1, 0], [width, 1, BRICK]),
  ramp([0, 0], { width, length: 1, low: 0.2, high: BRICK }),
  ...studs(width, 1, BRICK).map((stud) =>
    stud.map(({ corners, normal }) => ({
      corners: corners.map(([x, y, z]) => [x, y + 1, z] as const),
      normal,
    }))
  ),
];

const corner: Solid[] = [
  box([0, 0, 0], [2, 1, BRICK]),
  box([0, 1, 0], [1, 1, BRICK]),
  ...studs(2, 2, BRICK).slice(0, 3),
];

const arch: Solid[] = [
  box([0, 0, 0], [1, 1, 0.75]),
  box([3, 0, 0], [1, 1, 0.75]),
  box([0, 0, 0.75], [4, 1, BRICK - 0.75]),
  ...studs(4, 1, BRICK),
];

/** The bricks by name: convex bodies in distances of two studs. */
export const BRICK_KINDS: Readonly<Record<string, readonly Solid[]>> = {
  "brick 1x1": block(1, 1, BRICK),
  "brick 1x2": block(1, 2, BRICK),
  "brick 1x4": block(1, 4, BRICK),
  "brick 2x2": block(2, 2, BRICK),
  "brick 2x3": block(2, 3, BRICK),
  "brick 2x4": block(2, 4, BRICK),
  "plate 1x2": block(1, 2, PLATE),
  "plate 2x2": block(2, 2, PLATE),
  "plate 2x4": block(2, 4, PLATE),
  "plate 4x4": block(4, 4, PLATE),
  "tile 2x2": [box([0, 0, 0], [2, 2, PLATE])],
  "slope 1x2": slope(1),
  "slope 2x2": slope(2),
  "round 1x1": round(1),
  "round 2x2": round(2),
  "corner 2x2": corner,
  "arch 1x4": arch,
};
