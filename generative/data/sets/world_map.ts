import { RandomStream } from "../../../core/random_stream.ts";
import type { PointData } from "../dataset.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";

const NAME = "world-map";

/** Points all over the land of a coarse map of the world: what made them is simple to say and hard to learn. */
export const WORLD_MAP: DatasetSource = {
  name: NAME,
  title: "Points on land",
  contents: "1,000 + 1,000 points in the plane: longitude and latitude",
  source: "computed",
  licence: "none needed",
  book: "the points of chapter 1",
  load: (options) => Promise.resolve(load(options)),
};

/** What the map shows, in degrees. */
const [WEST, EAST, SOUTH, NORTH] = [-180, 180, -57, 84];

/** Outlines of land, drawn by hand: longitude and latitude in turn. */
const OUTLINES: readonly (readonly number[])[] = [
  // North America
  [-168, 66, -156, 71, -128, 70, -110, 68, -95, 72, -82, 73, -78, 62, -65, 60, -56, 52, -66, 44, -75, 36]
    .concat([-81, 31, -80, 25, -83, 29, -97, 28, -97, 20, -90, 18, -87, 21, -83, 10, -78, 8, -84, 9, -95, 16])
    .concat([-105, 20, -112, 30, -118, 34, -124, 40, -124, 48, -135, 57, -150, 60, -162, 56, -165, 62]),
  // Greenland
  [-45, 60, -52, 68, -58, 76, -70, 79, -50, 82, -30, 83, -20, 75, -25, 70, -40, 65],
  // South America
  [-78, 8, -72, 12, -62, 10, -50, 1, -35, -6, -39, -15, -48, -26, -58, -35, -65, -42, -68, -54, -74, -50]
    .concat([-73, -38, -71, -20, -76, -14, -81, -5, -79, 2]),
  // Africa
  [-6, 35, 10, 37, 20, 32, 32, 31, 38, 20, 43, 12, 51, 12, 42, -2, 40, -12, 35, -22, 30, -30, 20, -35]
    .concat([14, -22, 12, -8, 9, 4, -8, 5, -17, 14, -16, 22, -10, 30]),
  // Europe and Asia
  [-9, 37, -9, 43, -1, 44, -4, 48, 3, 51, 8, 54, 8, 57, 11, 59, 5, 59, 7, 63, 15, 68, 25, 71, 40, 67, 60, 69]
    .concat([70, 73, 85, 74, 105, 78, 140, 73, 160, 70, 180, 69, 180, 65, 163, 60, 156, 52, 155, 58, 142, 59])
    .concat([
      135,
      54,
      140,
      50,
      131,
      43,
      127,
      38,
      122,
      40,
      118,
      38,
      121,
      32,
      117,
      24,
      109,
      21,
      106,
      17,
      109,
      12,
    ])
    .concat([103, 9, 103, 2, 98, 10, 94, 17, 88, 22, 80, 15, 77, 8, 73, 18, 68, 24, 57, 26, 60, 22, 52, 16])
    .concat([44, 13, 35, 28, 36, 36, 27, 37, 23, 37, 18, 42, 14, 45, 18, 40, 15, 38, 10, 44, 3, 43, -1, 37]),
  // Australia
  [114, -22, 122, -17, 130, -12, 137, -12, 136, -16, 141, -17, 143, -11, 146, -19, 153, -26, 150, -37]
    .concat([144, -39, 138, -35, 131, -32, 123, -34, 115, -34]),
  // Madagascar, Japan, Britain, Borneo, Sumatra, New Guinea, New Zealand
  [44, -25, 47, -25, 50, -15, 44, -17],
  [131, 33, 140, 35, 142, 43, 139, 38],
  [-5, 50, 1, 51, -2, 57, -5, 58, -3, 54],
  [109, 1, 117, 7, 118, 1, 115, -4, 110, -3],
  [96, 5, 105, -3, 104, -6, 99, 0],
  [131, -1, 141, -3, 150, -10, 141, -8, 133, -4],
  [173, -35, 178, -38, 172, -44, 167, -46, 172, -41],
];

/** Whether a place is on land. */
export function isLand(longitude: number, latitude: number): boolean {
  return OUTLINES.some((outline) => contains(outline, longitude, latitude));
}

/** Whether a ray to the east crosses an outline an odd number of times. */
function contains(outline: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0; i < outline.length; i += 2) {
    const [x1, y1] = [outline[i], outline[i + 1]];
    const [x2, y2] = [outline[(i + 2) % outline.length], outline[(i + 3) % outline.length]];
    if ((y1 > y) !== (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)) inside = !inside;
  }
  return inside;
}

function load({ split, limit, seed }: ResolvedLoadOptions): PointData {
  const random = new RandomStream(seed, `${NAME}/${split}`);
  const count = limit ? Math.min(limit, 1000) : 1000;
  const points = new Float32Array(count * 2);
  for (let n = 0; n < count;) {
    const [longitude, latitude] = [random.uniform(WEST, EAST), random.uniform(SOUTH, NORTH)];
    if (isLand(longitude, latitude)) points.set([longitude, latitude], 2 * n++);
  }
  return { kind: "points", name: NAME, count, dimensions: 2, points };
}
