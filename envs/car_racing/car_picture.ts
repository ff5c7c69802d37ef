import { type Camera, CAR_X, CAR_Y, SURFACE_HEIGHT, SURFACE_WIDTH } from "./camera.ts";
import { CAR_SCALE, HULL_POLYGONS, type Polygon, WHEEL_POLYGON, WHEEL_RADIUS } from "./constants.ts";
import type { CarRacingView, Pose, WheelView } from "./state.ts";

/** Side of the part of the surface that the car is drawn on, px. */
const BOX = 128;
const BOX_LEFT = CAR_X - BOX / 2;
const BOX_BOTTOM = CAR_Y - BOX / 2;

/** Half the width of a wheel, u. */
const HALF_WHEEL = 14 * CAR_SCALE;
/** How much of a wheel's turn its mark spans, rad. */
const MARK_ARC = 1.2;

/** Levels of red, green and blue of what a pixel of the box holds, after shrinking: nothing, tyre, mark, hull. */
const REDS = [0, 0, 75, 202];
const GREENS = [0, 0, 75, 0];
const TYRE = 1;
const MARK = 2;
const HULL = 3;

/** Draws the car on the surface's own pixel grid and lays it, shrunk, over a picture. */
export class CarPicture {
  readonly #box = new Uint8Array(BOX * BOX);
  /** Rows and columns of the box that hold something. */
  #top = 0;
  #bottom = 0;
  #left = BOX;
  #right = 0;
  readonly #width: number;
  readonly #height: number;
  /** `[rows, columns, 3]` of the cells under the box: share covered, red, green (blue is as green). */
  readonly #sums: Float64Array;
  readonly #points = new Float64Array(16);
  /** `[BOX]`, scratch: where a polygon begins and ends in each row. */
  readonly #lefts = new Int32Array(BOX);
  readonly #rights = new Int32Array(BOX);

  /** For pictures of this size. */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    const columns = Math.ceil(BOX * width / SURFACE_WIDTH) + 2;
    const rows = Math.ceil(BOX * height / SURFACE_HEIGHT) + 2;
    this.#sums = new Float64Array(3 * columns * rows);
  }

  /** Draws the car of a view over `target`, `[height, width, 3]`. */
  draw(view: CarRacingView, camera: Camera, target: Uint8Array): void {
    this.#box.fill(0, this.#bottom * BOX, this.#top * BOX);
    this.#bottom = this.#left = BOX;
    this.#top = this.#right = 0;
    for (const wheel of view.wheels) {
      this.#fill(WHEEL_POLYGON, wheel, camera, TYRE);
      this.#mark(wheel, camera);
    }
    for (const polygon of HULL_POLYGONS) this.#fill(polygon, view.hull, camera, HULL);
    this.#lay(target);
  }

  /** Draws the light mark on a wheel's tread, which turns with its phase. */
  #mark(wheel: WheelView, camera: Camera): void {
    const start = Math.sin(wheel.phase), end = Math.sin(wheel.phase + MARK_ARC);
    if (start > 0 && end > 0) return;
    let from = Math.cos(wheel.phase), to = Math.cos(wheel.phase + MARK_ARC);
    if (start > 0) from = Math.sign(from);
    if (end > 0) to = Math.sign(to);
    from *= WHEEL_RADIUS;
    to *= WHEEL_RADIUS;
    this.#fill([-HALF_WHEEL, from, HALF_WHEEL, from, HALF_WHEEL, to, -HALF_WHEEL, to], wheel, camera, MARK);
  }

  /** Fills a convex polygon; corners are truncated to whole pixels and the outline belongs to it. */
  #fill(polygon: Polygon, pose: Pose, camera: Camera, value: number): void {
    const points = this.#points;
    const cos = Math.cos(pose.angle), sin = Math.sin(pose.angle);
    const corners = polygon.length / 2;
    let low = BOX, high = -1;
    for (let i = 0; i < corners; i++) {
      const x = pose.x + polygon[2 * i] * cos - polygon[2 * i + 1] * sin;
      const y = pose.y + polygon[2 * i] * sin + polygon[2 * i + 1] * cos;
      const px = Math.trunc(camera.surfaceX(x, y)) - BOX_LEFT;
      const py = Math.trunc(camera.surfaceY(x, y)) - BOX_BOTTOM;
      points[2 * i] = px;
      points[2 * i + 1] = py;
      if (py < low) low = py;
      if (py > high) high = py;
    }
    if (low < 0) low = 0;
    if (high >= BOX) high = BOX - 1;
    if (low < this.#bottom) this.#bottom = low;
    if (high >= this.#top) this.#top = high + 1;
    const lefts = this.#lefts, rights = this.#rights;
    for (let y = low; y <= high; y++) {
      lefts[y] = BOX;
      rights[y] = -1;
    }
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const upwards = points[2 * i + 1] > points[2 * j + 1];
      const x0 = points[2 * j], y0 = points[2 * j + 1], x1 = points[2 * i], y1 = points[2 * i + 1];
      const first = Math.max(low, upwards ? y0 : y1), last = Math.min(high, upwards ? y1 : y0);
      for (let y = first; y <= last; y++) {
        // A flat edge counts with both ends.
        const x = y0 === y1 ? x1 : Math.floor(x0 + (y - y0) * (x1 - x0) / (y1 - y0) + 0.5);
        if (x < lefts[y]) lefts[y] = x;
        if (x > rights[y]) rights[y] = x;
        if (y0 === y1 && x0 < lefts[y]) lefts[y] = x0;
        if (y0 === y1 && x0 > rights[y]) rights[y] = x0;
      }
    }
    for (let y = low; y <= high; y++) {
      const left = Math.max(0, lefts[y]), right = Math.min(BOX - 1, rights[y]);
      if (left < this.#left) this.#left = left;
      if (right >= this.#right) this.#right = right + 1;
      for (let at = y * BOX + left, end = y * BOX + right; at <= end; at++) this.#box[at] = value;
    }
  }

  /** Shrinks the box onto the picture. */
  #lay(target: Uint8Array): void {
    const box = this.#box, sums = this.#sums;
    const perX = this.#width / SURFACE_WIDTH, perY = this.#height / SURFACE_HEIGHT;
    // The picture's rows run down, the box's up.
    const topEdge = SURFACE_HEIGHT - BOX_BOTTOM - this.#top;
    const firstRow = Math.floor(topEdge * perY);
    const lastRow = Math.ceil((SURFACE_HEIGHT - BOX_BOTTOM - this.#bottom) * perY) - 1;
    const firstColumn = Math.floor((BOX_LEFT + this.#left) * perX);
    const columns = Math.ceil((BOX_LEFT + this.#right) * perX) - firstColumn;
    const rows = lastRow - firstRow + 1;
    sums.fill(0);
    const line = 3 * (columns + 1);
    for (let y = this.#bottom; y < this.#top; y++) {
      // This row of the surface falls into one row of cells or, in part, into the next.
      const upper = (SURFACE_HEIGHT - BOX_BOTTOM - y - 1) * perY;
      const row = Math.floor(upper);
      const below = Math.max(0, upper + perY - row - 1);
      const at = (row - firstRow) * line;
      const stop = y * BOX + this.#right;
      for (let from = y * BOX + this.#left; from < stop;) {
        const value = box[from];
        let to = from + 1;
        while (to < stop && box[to] === value) to++;
        if (value !== 0) {
          const left = (BOX_LEFT + from - y * BOX) * perX - firstColumn;
          const right = (BOX_LEFT + to - y * BOX) * perX - firstColumn;
          spread(sums, at, value, left, right, perY - below);
          if (below > 0) spread(sums, at + line, value, left, right, below);
        }
        from = to;
      }
    }
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = 3 * (row * (columns + 1) + column);
        const rest = 1 - sums[at];
        if (rest === 1) continue;
        const out = 3 * ((firstRow + row) * this.#width + firstColumn + column);
        target[out] = rest * target[out] + sums[at + 1] + 0.25;
        target[out + 1] = rest * target[out + 1] + sums[at + 2] + 0.25;
        target[out + 2] = rest * target[out + 2] + sums[at + 2] + 0.25;
      }
    }
  }
}

/** Adds a run of one value, from `left` to `right` in cells, to a row of sums. */
function spread(
  sums: Float64Array,
  at: number,
  value: number,
  left: number,
  right: number,
  tall: number,
): void {
  for (let column = Math.floor(left); column < right; column++) {
    const share = tall * ((right < column + 1 ? right : column + 1) - (left > column ? left : column));
    const cell = at + 3 * column;
    sums[cell] += share;
    sums[cell + 1] += share * REDS[value];
    sums[cell + 2] += share * GREENS[value];
  }
}
