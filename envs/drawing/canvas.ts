import { CoverageGrid, lowestBit } from "./coverage_grid.ts";

/** Red, green and blue, 0 .. 255. */
export type Color = readonly [number, number, number];

/** Corners of an ellipse by its radius across, px: as few as nobody sees. */
const ELLIPSES: readonly { below: number; corners: Float64Array }[] = [
  { below: 2, corners: circle(10) },
  { below: 8, corners: circle(18) },
  { below: Infinity, corners: circle(40) },
];
/** Less than this of a pixel is rounding. */
const TRACE = 1e-6;

/**
 * Draws filled shapes over each other with smooth edges: a pixel takes a colour by the share of it that the shape covers
 * (exactly, see {@link CoverageGrid}) and the shape's opacity. Places are in px from the top left corner; what lies
 * outside the picture is left out.
 *
 * A shape costs its edges and its bounding box, and of that little where it covers pixels whole. Canvases of one size
 * share a grid, which each leaves empty after a shape.
 */
export class Canvas {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  readonly #grid: CoverageGrid;
  readonly #corners = new Float64Array(80);
  #target: Uint8Array = new Uint8Array(0);
  /** Bounds of what was added since the last fill, px. */
  #left = Infinity;
  #right = -Infinity;
  #top = Infinity;
  #bottom = -Infinity;

  /** A canvas that waits for {@link Canvas.begin}. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#grid = CoverageGrid.shared(width, height);
  }

  /**
   * Draws into `target`, `[height, width, 3]`, from now on.
   *
   * @param color What all of it is at first; without one it stays as it is.
   * @throws RangeError when the target has another length.
   */
  begin(target: Uint8Array, color?: Color): void {
    const size = this.width * this.height * 3;
    if (target.length !== size) {
      throw new RangeError(`Cannot draw a picture: expected ${size} bytes, got ${target.length}`);
    }
    if (color) {
      target.set(color);
      for (let done = 3; done < size; done *= 2) target.copyWithin(done, 0, done);
    }
    this.#target = target;
  }

  /**
   * Fills a polygon.
   *
   * @param corners `[x0, y0, x1, y1, ...]`, in either turn.
   * @param opacity 0 .. 1.
   * @param length How many of the numbers count; default all.
   * @throws RangeError for a corner that is not finite.
   */
  polygon(corners: ArrayLike<number>, color: Color, opacity = 1, length: number = corners.length): void {
    this.add(corners, length);
    this.fill(color, opacity);
  }

  /** Fills an upright rectangle. */
  rectangle(left: number, top: number, right: number, bottom: number, color: Color, opacity = 1): void {
    this.#quad(left, top, right, top, right, bottom, left, bottom);
    this.fill(color, opacity);
  }

  /** Fills an upright ellipse about `x`, `y`. */
  ellipse(x: number, y: number, across: number, down: number, color: Color, opacity = 1): void {
    const { corners: unit } = ELLIPSES.find(({ below }) => across < below)!;
    const corners = this.#corners;
    for (let i = 0; i < unit.length; i += 2) {
      corners[i] = x + across * unit[i];
      corners[i + 1] = y + down * unit[i + 1];
    }
    this.polygon(corners, color, opacity, unit.length);
  }

  /** Draws a straight line between two points, with ends cut off at right angles. */
  line(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    thickness: number,
    color: Color,
    opacity = 1,
  ): void {
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length === 0) return;
    const across = thickness / 2 * (y1 - y0) / length;
    const down = -thickness / 2 * (x1 - x0) / length;
    this.#quad(
      x0 + across,
      y0 + down,
      x1 + across,
      y1 + down,
      x1 - across,
      y1 - down,
      x0 - across,
      y0 - down,
    );
    this.fill(color, opacity);
  }

  /**
   * Adds a polygon to the shape that the next {@link Canvas.fill} fills. Polygons of one shape run in the same turn; where
   * they meet no seam shows, where they overlap the shape covers a pixel once.
   *
   * @param corners `[x0, y0, x1, y1, ...]`.
   * @param length How many of the numbers count; default all.
   * @throws RangeError for a corner that is not finite.
   */
  add(corners: ArrayLike<number>, length: number = corners.length): void {
    const { width, height } = this;
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (let i = 0; i < length; i += 2) {
      // Unlike comparisons, these pass a NaN on.
      left = Math.min(left, corners[i]);
      right = Math.max(right, corners[i]);
      top = Math.min(top, corners[i + 1]);
      bottom = Math.max(bottom, corners[i + 1]);
    }
    if (length > 0 && !Number.isFinite(right - left + bottom - top)) {
      const got = Array.from(corners).slice(0, length).join(", ");
      throw new RangeError(`Cannot draw a polygon: expected finite corners, got [${got}]`);
    }
    if (!(right > 0 && left < width && bottom > 0 && top < height)) return;
    for (let i = 0, last = length - 2; i < length; last = i, i += 2) {
      this.#grid.addEdge(corners[last], corners[last + 1], corners[i], corners[i + 1], 0, 1);
    }
    if (left < this.#left) this.#left = left;
    if (right > this.#right) this.#right = right;
    if (top < this.#top) this.#top = top;
    if (bottom > this.#bottom) this.#bottom = bottom;
  }

  /** Fills the shape that was added, opacity 0 .. 1, and leaves the grid empty. */
  fill(color: Color, opacity = 1): void {
    const { stride, words, deltas, marks } = this.#grid;
    const { width } = this;
    const bottom = Math.min(this.height, Math.ceil(this.#bottom));
    // Rounding may carry an edge over into the next cell, and it leaves marks in up to two more to its right.
    const firstWord = Math.max(0, Math.floor(this.#left) - 1) >> 5;
    const lastWord = (Math.min(stride, Math.floor(this.#right) + 3) - 1) >> 5;
    for (let row = Math.max(0, Math.floor(this.#top)); row < bottom; row++) {
      let covered = 0, share = 0, from = 0;
      for (let word = firstWord; word <= lastWord; word++) {
        let cells = marks[row * words + word];
        marks[row * words + word] = 0;
        for (; cells !== 0; cells &= cells - 1) {
          const column = 32 * word + lowestBit(cells);
          // Up to the next edge all pixels have the same share; the last two cells take what spills over the border.
          const end = column < width ? column : width;
          if (share > TRACE) this.#paint(3 * (row * width + from), 3 * (row * width + end), color, share);
          covered += deltas[row * stride + column];
          deltas[row * stride + column] = 0;
          share = opacity * Math.min(1, Math.abs(covered));
          from = column;
        }
      }
      if (share > TRACE) this.#paint(3 * (row * width + from), 3 * (row + 1) * width, color, share);
    }
    this.#left = this.#top = Infinity;
    this.#right = this.#bottom = -Infinity;
  }

  /** Mixes a colour into a run of the target's bytes. */
  #paint(from: number, end: number, color: Color, share: number): void {
    const target = this.#target;
    const red = color[0], green = color[1], blue = color[2];
    if (share > 1 - TRACE) {
      const level0 = red + 0.5 | 0, level1 = green + 0.5 | 0, level2 = blue + 0.5 | 0;
      for (let at = from; at < end; at += 3) {
        target[at] = level0;
        target[at + 1] = level1;
        target[at + 2] = level2;
      }
      return;
    }
    for (let at = from; at < end; at += 3) {
      target[at] = target[at] + (red - target[at]) * share + 0.5;
      target[at + 1] = target[at + 1] + (green - target[at + 1]) * share + 0.5;
      target[at + 2] = target[at + 2] + (blue - target[at + 2]) * share + 0.5;
    }
  }

  /** Adds a quad. */
  #quad(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    x2: number,
    y2: number,
    x3: number,
    y3: number,
  ): void {
    const corners = this.#corners;
    corners[0] = x0;
    corners[1] = y0;
    corners[2] = x1;
    corners[3] = y1;
    corners[4] = x2;
    corners[5] = y2;
    corners[6] = x3;
    corners[7] = y3;
    this.add(corners, 8);
  }
}

/** Corners on the unit circle, of the same area as a disc so that small ones keep their brightness. */
function circle(count: number): Float64Array {
  const radius = Math.sqrt(2 * Math.PI / (count * Math.sin(2 * Math.PI / count)));
  const corners = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    corners[2 * i] = radius * Math.cos(2 * Math.PI * i / count);
    corners[2 * i + 1] = radius * Math.sin(2 * Math.PI * i / count);
  }
  return corners;
}
