/** A point or direction: x to the right, y to the back, z up; a stud's distance is 1. */
export type Point = readonly [x: number, y: number, z: number];

/** A flat convex face, seen from the side that its normal points to. */
export interface Face {
  /** Its corners, in order. */
  corners: readonly Point[];
  /** The direction that it faces, of length 1. */
  normal: Point;
}

/** A convex body: its faces. */
export type Solid = readonly Face[];

/** How a brick is seen. */
export interface BrickView {
  /** Turned about the upright axis, in radians. */
  yaw: number;
  /** How far the camera is above the ground, in radians. */
  pitch: number;
  /** Pixels for the distance of two studs. */
  scale: number;
  /** Pixels that the middle is moved to the right and down. */
  shift: readonly [number, number];
  /** Of the plastic, 0 .. 1. */
  tone: number;
  /** Of the ground, 0 .. 1. */
  ground: number;
  /** Colours that the tones are multiplied by, one number for each channel, 0 .. 1. @default grey, one channel */
  colors?: { plastic: readonly number[]; ground: readonly number[] };
}

const GREY = { plastic: [1], ground: [1] };

/** Rays a pixel side: edges are smooth. */
const FINE = 2;
/** Where the light comes from, seen from the camera: from the left, the front and above. */
const LIGHT = unit([-0.55, -0.45, 0.9]);

/**
 * Draws bodies with a parallel projection: flat faces lit by one lamp and the sky, hidden by depth, with a soft
 * shadow on the ground.
 *
 * @param size Side of the picture in pixels.
 * @returns `[size, size, channels]`, 0 .. 255.
 */
export function renderBrick(solids: readonly Solid[], view: BrickView, size: number): Uint8Array {
  const fine = size * FINE;
  const shade = new Float32Array(fine * fine).fill(view.ground);
  const depth = new Float32Array(fine * fine).fill(Infinity);
  const turned = solids.map((solid) => solid.map((face) => turnFace(face, view.yaw)));
  const project = projection(turned, view, fine);

  castShadows(shade, turned, project, fine);
  for (const { corners, normal } of turned.flat()) {
    const towardsCamera = -normal[1] * Math.cos(view.pitch) + normal[2] * Math.sin(view.pitch);
    if (towardsCamera <= 0) continue;
    const lamp = Math.max(0, dot(normal, LIGHT));
    const sky = 0.5 + 0.5 * normal[2];
    const value = Math.min(1, view.tone * (0.3 + 0.25 * sky + 0.75 * lamp));
    fillPolygon(corners.map(project), fine, (at, distance) => {
      if (distance >= depth[at]) return;
      depth[at] = distance;
      shade[at] = value;
    });
  }
  return average(shade, depth, { size, ...view.colors ?? GREY });
}

/** A body with an outline in the plane, pulled up. @param outline Counter-clockwise, seen from above. */
export function upright(outline: readonly (readonly [number, number])[], low: number, high: number): Solid {
  const sides = outline.map(([x, y], i): Face => {
    const [nextX, nextY] = outline[(i + 1) % outline.length];
    return {
      corners: [[x, y, low], [nextX, nextY, low], [nextX, nextY, high], [x, y, high]],
      normal: unit([nextY - y, x - nextX, 0]),
    };
  });
  return [...sides, { corners: outline.map(([x, y]) => [x, y, high]), normal: [0, 0, 1] }];
}

/** A box between two corners. */
export function box([x, y, z]: Point, [width, length, height]: Point): Solid {
  return upright([[x, y], [x + width, y], [x + width, y + length], [x, y + length]], z, z + height);
}

/** An upright cylinder. */
export function cylinder(
  [x, y, z]: Point,
  { radius, height }: { radius: number; height: number },
): Solid {
  const corners = 24;
  const outline = Array.from({ length: corners }, (_, i): [number, number] => {
    const angle = 2 * Math.PI * i / corners;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return upright(outline, z, z + height);
}

/** A box whose front edge is cut away: from `low` at its front to `high` at its back. */
export function ramp(
  [x, y]: readonly [number, number],
  { width, length, low, high }: { width: number; length: number; low: number; high: number },
): Solid {
  const [right, back] = [x + width, y + length];
  const slant = unit([0, low - high, length]);
  return [
    { corners: [[x, y, low], [right, y, low], [right, back, high], [x, back, high]], normal: slant },
    { corners: [[x, y, 0], [right, y, 0], [right, y, low], [x, y, low]], normal: [0, -1, 0] },
    { corners: [[x, back, 0], [right, back, 0], [right, back, high], [x, back, high]], normal: [0, 1, 0] },
    { corners: [[x, y, 0], [x, back, 0], [x, back, high], [x, y, low]], normal: [-1, 0, 0] },
    { corners: [[right, y, 0], [right, back, 0], [right, back, high], [right, y, low]], normal: [1, 0, 0] },
  ];
}

type Screen = readonly [x: number, y: number, distance: number];

/** World to fine pixels, with the bodies in the middle of the picture. */
function projection(solids: readonly Solid[], { pitch, scale, shift }: BrickView, fine: number) {
  const [sine, cosine] = [Math.sin(pitch), Math.cos(pitch)];
  const flat = ([x, y, z]: Point): Screen => [x, -(z * cosine + y * sine), y * cosine - z * sine];
  const points = solids.flat().flatMap(({ corners }) => corners.map(flat));
  const middle = (axis: 0 | 1) => {
    const values = points.map((point) => point[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  const [x0, y0] = [middle(0), middle(1)];
  const factor = scale * FINE;
  return (point: Point): Screen => {
    const [x, y, distance] = flat(point);
    return [
      (x - x0) * factor + fine / 2 + shift[0] * FINE,
      (y - y0) * factor + fine / 2 + shift[1] * FINE,
      distance,
    ];
  };
}

/** Darkens the ground where the lamp does not reach it. */
function castShadows(
  shade: Float32Array,
  solids: readonly Solid[],
  project: (point: Point) => Screen,
  fine: number,
): void {
  let mask = new Float32Array(fine * fine);
  for (const solid of solids) {
    const fallen = solid.flatMap(({ corners }) => corners).map(([x, y, z]) =>
      project([x - LIGHT[0] * z / LIGHT[2], y - LIGHT[1] * z / LIGHT[2], 0])
    );
    fillPolygon(convexHull(fallen), fine, (at) => mask[at] = 1);
  }
  const radius = Math.max(1, Math.round(fine / 42));
  for (let pass = 0; pass < 2; pass++) {
    mask = blurRows(blurRows(mask, fine, radius), fine, radius); // each call turns rows into columns
  }
  for (let i = 0; i < shade.length; i++) shade[i] *= 1 - 0.42 * mask[i];
}

/** Calls `paint` with each fine pixel whose middle lies in a convex polygon, and its distance from the camera. */
function fillPolygon(
  corners: readonly Screen[],
  fine: number,
  paint: (at: number, distance: number) => void,
): void {
  if (corners.length < 3) return;
  const [slopeX, slopeY, offset] = plane(corners);
  const top = Math.max(0, Math.ceil(Math.min(...corners.map(([, y]) => y)) - 0.5));
  const bottom = Math.min(fine - 1, Math.floor(Math.max(...corners.map(([, y]) => y)) - 0.5));
  for (let row = top; row <= bottom; row++) {
    const y = row + 0.5;
    let [left, right] = [Infinity, -Infinity];
    for (let i = 0; i < corners.length; i++) {
      const [x1, y1] = corners[i];
      const [x2, y2] = corners[(i + 1) % corners.length];
      if (y1 === y2 || y < Math.min(y1, y2) || y > Math.max(y1, y2)) continue;
      const x = x1 + (x2 - x1) * (y - y1) / (y2 - y1);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    const end = Math.min(fine - 1, Math.floor(right - 0.5));
    for (let column = Math.max(0, Math.ceil(left - 0.5)); column <= end; column++) {
      paint(row * fine + column, offset + slopeX * (column + 0.5) + slopeY * y);
    }
  }
}

/** The distance in a polygon's plane as `offset + slopeX x + slopeY y`, through the widest of its triangles. */
function plane(corners: readonly Screen[]): [slopeX: number, slopeY: number, offset: number] {
  const [a, b, c] = [
    corners[0],
    corners[Math.floor(corners.length / 3)],
    corners[
      Math.floor(2 * corners.length / 3)
    ],
  ];
  const area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
  if (area === 0) return [0, 0, a[2]];
  const slopeX = ((b[2] - a[2]) * (c[1] - a[1]) - (c[2] - a[2]) * (b[1] - a[1])) / area;
  const slopeY = ((c[2] - a[2]) * (b[0] - a[0]) - (b[2] - a[2]) * (c[0] - a[0])) / area;
  return [slopeX, slopeY, a[2] - slopeX * a[0] - slopeY * a[1]];
}

/** The outline of points (Andrew's monotone chain). */
function convexHull(points: readonly Screen[]): Screen[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (ordered: readonly Screen[]) => {
    const hull: Screen[] = [];
    for (const point of ordered) {
      for (;;) {
        const [a, b] = hull.slice(-2);
        if (!b || (b[0] - a[0]) * (point[1] - a[1]) > (b[1] - a[1]) * (point[0] - a[0])) break;
        hull.pop();
      }
      hull.push(point);
    }
    return hull.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

/** Means over `2 radius + 1` neighbours in each row; the result is transposed. */
function blurRows(values: Float32Array, side: number, radius: number): Float32Array<ArrayBuffer> {
  const blurred = new Float32Array(side * side);
  for (let row = 0; row < side; row++) {
    let sum = 0;
    for (let column = -radius; column < side; column++) {
      if (column + radius < side) sum += values[row * side + column + radius];
      if (column - radius - 1 >= 0) sum -= values[row * side + column - radius - 1];
      if (column >= 0) blurred[column * side + row] = sum / (2 * radius + 1);
    }
  }
  return blurred;
}

/** Fine pixels to pixels: those at a distance are plastic, the others ground. */
function average(
  shade: Float32Array,
  depth: Float32Array,
  { size, plastic, ground }: { size: number; plastic: readonly number[]; ground: readonly number[] },
): Uint8Array {
  const channels = plastic.length;
  const pixels = new Uint8Array(size * size * channels);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let [on, off] = [0, 0];
      for (let dy = 0; dy < FINE; dy++) {
        for (let dx = 0; dx < FINE; dx++) {
          const at = (y * FINE + dy) * size * FINE + x * FINE + dx;
          if (depth[at] < Infinity) on += shade[at];
          else off += shade[at];
        }
      }
      for (let channel = 0; channel < channels; channel++) {
        const sum = on * plastic[channel] + off * ground[channel];
        pixels[(y * size + x) * channels + channel] = Math.round(255 * sum / FINE ** 2);
      }
    }
  }
  return pixels;
}

function turnFace({ corners, normal }: Face, yaw: number): Face {
  const [sine, cosine] = [Math.sin(yaw), Math.cos(yaw)];
  const turn = ([x, y, z]: Point): Point => [x * cosine - y * sine, x * sine + y * cosine, z];
  return { corners: corners.map(turn), normal: turn(normal) };
}

function unit([x, y, z]: Point): Point {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
