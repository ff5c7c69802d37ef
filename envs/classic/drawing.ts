import { CoverageGrid, LAYERS } from "../car_racing/coverage_grid.ts";
import { placePolygon } from "../car_racing/polygons.ts";
import type { Picture, RenderOptions } from "../env.ts";

/** Red, green and blue, 0 .. 255. */
export type DrawingColor = readonly [number, number, number];

/** A rectangle by its borders. */
export interface Rectangle {
  /** From the shape's own origin. */
  left: number;
  /** From the shape's own origin. */
  right: number;
  /** From the shape's own origin. */
  bottom: number;
  /** From the shape's own origin. */
  top: number;
}

/** Where a shape's own origin is, and how far it is turned about it, radians anticlockwise. */
export interface Placement {
  /** To the right. */
  x: number;
  /** Upwards. */
  y: number;
  /** Radians. */
  angle: number;
}

/** Corners of a disc: at the sizes of these pictures nobody sees them. */
const DISC_CORNERS = 32;

/**
 * A white picture to draw shapes on, one over the other, with smooth edges.
 *
 * Places are in units from the bottom left corner, `y` upwards as physics has it; a unit is a pixel where the picture has
 * its usual size. A pixel takes a colour by the share of it that the shape covers ({@link CoverageGrid}); what lies
 * outside the picture is left out.
 */
export class Drawing implements Picture {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** `[height, width, 3]`, rows from the top. */
  readonly data: Uint8Array;
  readonly #grid: CoverageGrid;
  /** Pixels in a unit, and where the units' origin is from the top left. */
  readonly #scale: number;
  readonly #left: number;
  readonly #bottom: number;

  /**
   * An empty picture.
   *
   * @param units Its usual size.
   * @param options The size that is asked for; with one side given the other follows. The units keep their shape, so that
   * another shape has white borders.
   * @throws RangeError for a side that is not a whole number above 0.
   */
  constructor(units: { width: number; height: number }, options: RenderOptions = {}) {
    const { width: askedWidth, height: askedHeight } = options;
    this.width = askedWidth ?? Math.round(units.width * (askedHeight ?? units.height) / units.height);
    this.height = askedHeight ?? Math.round(units.height * (askedWidth ?? units.width) / units.width);
    const { width, height } = this;
    if (![width, height].every((side) => Number.isInteger(side) && side > 0)) {
      throw new RangeError(
        `Cannot draw a picture: expected whole numbers of pixels > 0, got ${width}x${height}`,
      );
    }
    this.data = new Uint8Array(width * height * 3).fill(255);
    this.#grid = new CoverageGrid(width, height);
    this.#scale = Math.min(width / units.width, height / units.height);
    this.#left = (width - units.width * this.#scale) / 2;
    this.#bottom = (height + units.height * this.#scale) / 2;
  }

  /** Fills a polygon, `[x0, y0, x1, y1, ...]`, in either turn. */
  polygon(corners: ArrayLike<number>, color: DrawingColor): void {
    const across = (i: number) => this.#left + corners[i] * this.#scale;
    const down = (i: number) => this.#bottom - corners[i + 1] * this.#scale;
    let top = Infinity, bottom = -Infinity;
    for (let i = 0, last = corners.length - 2; i < corners.length; last = i, i += 2) {
      this.#grid.addEdge(across(last), down(last), across(i), down(i), 0, 1);
      top = Math.min(top, down(i));
      bottom = Math.max(bottom, down(i));
    }
    this.#blend(Math.max(0, Math.floor(top)), Math.min(this.height, Math.ceil(bottom)), color);
  }

  /** Fills a rectangle that is turned about its origin and moved. */
  rectangle({ left, right, bottom, top }: Rectangle, placement: Placement, color: DrawingColor): void {
    const corners = new Float64Array(8);
    placePolygon([left, bottom, left, top, right, top, right, bottom], placement, corners);
    this.polygon(corners, color);
  }

  /** Fills a disc. */
  disc({ x, y }: { x: number; y: number }, radius: number, color: DrawingColor): void {
    const corners = new Float64Array(2 * DISC_CORNERS);
    for (let i = 0; i < DISC_CORNERS; i++) {
      const angle = 2 * Math.PI * i / DISC_CORNERS;
      corners[2 * i] = x + radius * Math.cos(angle);
      corners[2 * i + 1] = y + radius * Math.sin(angle);
    }
    this.polygon(corners, color);
  }

  /** Straight lines from point to point, `[x0, y0, x1, y1, ...]`. */
  line(points: ArrayLike<number>, thickness: number, color: DrawingColor): void {
    for (let i = 0; i + 3 < points.length; i += 2) {
      const [x, y] = [points[i], points[i + 1]];
      const [dx, dy] = [points[i + 2] - x, points[i + 3] - y];
      const stroke = { left: 0, right: Math.hypot(dx, dy), bottom: -thickness / 2, top: thickness / 2 };
      this.rectangle(stroke, { x, y, angle: Math.atan2(dy, dx) }, color);
    }
  }

  /** Turns what rows of the grid cover into colour and leaves them empty. */
  #blend(top: number, bottom: number, color: DrawingColor): void {
    const { deltas, dirty, stride } = this.#grid;
    for (let row = top; row < bottom; row++) {
      let covered = 0;
      let out = row * this.width * 3;
      for (let column = 0; column < stride; column++) {
        const cell = row * stride + column;
        if (dirty[cell] === 1) {
          covered += deltas[cell * LAYERS];
          deltas[cell * LAYERS] = dirty[cell] = 0;
        }
        const share = Math.min(1, Math.abs(covered));
        // The last two cells of a row take what spills over its border.
        if (share > 1e-6 && column < this.width) {
          for (let channel = 0; channel < 3; channel++) {
            const level = this.data[out + channel];
            this.data[out + channel] = Math.round(level + (color[channel] - level) * share);
          }
        }
        out += 3;
      }
    }
  }
}
