import type { Picture } from "../env.ts";
import { expectSize, type PictureSize } from "../read_render_options.ts";
import { Canvas, type Color } from "./canvas.ts";
import { type Placement, placePolygon } from "./place_polygon.ts";

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

const WHITE: Color = [255, 255, 255];

/**
 * White pictures to draw shapes on, one over the other, with smooth edges ({@link Canvas}).
 *
 * Places are in units from the bottom left corner, `y` upwards as physics has it; a unit is a pixel where the picture has
 * its usual size.
 */
export class Drawing {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  readonly #canvas: Canvas;
  /** Pixels in a unit, and where the units' origin is from the top left. */
  readonly #scale: number;
  readonly #left: number;
  readonly #bottom: number;
  /** Scratch: corners in units and in pixels; they grow as needed. */
  readonly #placed: number[] = [];
  readonly #pixels: number[] = [];

  /**
   * Prepares pictures of one size; {@link Drawing.begin} comes before the first shape.
   *
   * @param units Their usual size.
   * @param size The size that is asked for. The units keep their shape, so that another shape has white borders.
   * @throws RangeError for a size that is not whole, or longer than `LONGEST_SIDE`.
   */
  constructor(units: PictureSize, size: PictureSize = units) {
    expectSize("draw a picture", size);
    const { width, height } = size;
    this.width = width;
    this.height = height;
    this.#canvas = new Canvas(width, height);
    this.#scale = Math.min(width / units.width, height / units.height);
    this.#left = (width - units.width * this.#scale) / 2;
    this.#bottom = (height + units.height * this.#scale) / 2;
  }

  /** Begins a white picture, which shapes go to until the next begins. */
  begin(): Picture {
    const { width, height } = this;
    const data = new Uint8Array(width * height * 3);
    this.#canvas.begin(data, WHITE);
    return { width, height, data };
  }

  /** Fills a polygon, `[x0, y0, x1, y1, ...]`, in either turn. */
  polygon(corners: ArrayLike<number>, color: Color): void {
    this.#fill(corners, corners.length, color);
  }

  /** Fills a rectangle that is turned about its origin and moved. */
  rectangle({ left, right, bottom, top }: Rectangle, placement: Placement, color: Color): void {
    placePolygon([left, bottom, left, top, right, top, right, bottom], placement, this.#placed);
    this.#fill(this.#placed, 8, color);
  }

  /** Fills a disc. */
  disc({ x, y }: { x: number; y: number }, radius: number, color: Color): void {
    const size = radius * this.#scale;
    this.#canvas.ellipse(this.#across(x), this.#down(y), size, size, color);
  }

  /** Straight lines from point to point, `[x0, y0, x1, y1, ...]`. */
  line(points: ArrayLike<number>, thickness: number, color: Color): void {
    for (let i = 0; i + 3 < points.length; i += 2) {
      this.#canvas.line(
        this.#across(points[i]),
        this.#down(points[i + 1]),
        this.#across(points[i + 2]),
        this.#down(points[i + 3]),
        thickness * this.#scale,
        color,
      );
    }
  }

  #fill(corners: ArrayLike<number>, length: number, color: Color): void {
    const pixels = this.#pixels;
    for (let i = 0; i < length; i += 2) {
      pixels[i] = this.#across(corners[i]);
      pixels[i + 1] = this.#down(corners[i + 1]);
    }
    this.#canvas.polygon(pixels, color, 1, length);
  }

  /** px from the left. */
  #across(x: number): number {
    return this.#left + x * this.#scale;
  }

  /** px from the top. */
  #down(y: number): number {
    return this.#bottom - y * this.#scale;
  }
}
