import { BAR_HEIGHT, type Camera, SURFACE_HEIGHT, SURFACE_WIDTH } from "../car_racing/camera.ts";
import { CoverageGrid, LAYERS } from "../car_racing/coverage_grid.ts";
import type { Pose } from "../car_racing/state.ts";

/** A colour, levels 0 .. 255. */
export type Color = readonly [number, number, number];

/** Paints polygons of the world over a picture, each pixel by the share that they cover. */
export class Brush {
  readonly #grid: CoverageGrid;
  readonly #cellsX: number;
  readonly #cellsY: number;
  /** Cells that the polygons since the last stroke may touch: rows and columns, ends excluded. */
  #top = Infinity;
  #bottom = -Infinity;
  #left = Infinity;
  #right = -Infinity;

  /** For pictures of this size; paints above the bar only. */
  constructor(width: number, height: number) {
    this.#grid = new CoverageGrid(width, height * (1 - BAR_HEIGHT / SURFACE_HEIGHT));
    this.#cellsX = width / SURFACE_WIDTH;
    this.#cellsY = height / SURFACE_HEIGHT;
  }

  /** Adds a convex polygon, anticlockwise, `[x0, y0, ...]` in the frame of a pose, to the next stroke. */
  add(polygon: ArrayLike<number>, { x, y, angle }: Pose, camera: Camera): void {
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const last = polygon.length - 2;
    const cellX = (i: number) => {
      const worldX = x + cos * polygon[i] - sin * polygon[i + 1];
      const worldY = y + sin * polygon[i] + cos * polygon[i + 1];
      return camera.surfaceX(worldX, worldY) * this.#cellsX;
    };
    const cellY = (i: number) => {
      const worldX = x + cos * polygon[i] - sin * polygon[i + 1];
      const worldY = y + sin * polygon[i] + cos * polygon[i + 1];
      return (SURFACE_HEIGHT - camera.surfaceY(worldX, worldY)) * this.#cellsY;
    };
    let fromX = cellX(last);
    let fromY = cellY(last);
    for (let i = 0; i <= last; i += 2) {
      const toX = cellX(i);
      const toY = cellY(i);
      // Anticlockwise in the world, where y grows upwards, is an edge down the picture on the left.
      this.#grid.addEdge(fromX, fromY, toX, toY, 0, 1);
      this.#top = Math.min(this.#top, toY);
      this.#bottom = Math.max(this.#bottom, toY);
      this.#left = Math.min(this.#left, toX);
      this.#right = Math.max(this.#right, toX);
      fromX = toX;
      fromY = toY;
    }
  }

  /** Paints what was added over `target`, `[height, width, 3]`, in one colour. */
  stroke(color: Color, target: Uint8Array): void {
    const { width, height, stride, deltas, dirty } = this.#grid;
    const top = Math.max(0, Math.floor(this.#top));
    const bottom = Math.min(height, Math.ceil(this.#bottom));
    // An edge leaves marks in up to two cells to its right, and rounding may carry it over into the next one.
    const left = Math.max(0, Math.floor(this.#left) - 1);
    const right = Math.min(stride, Math.floor(this.#right) + 4);
    for (let row = top; row < bottom; row++) {
      let covered = 0;
      for (let column = left; column < right; column++) {
        const cell = row * stride + column;
        covered += deltas[cell * LAYERS];
        deltas[cell * LAYERS] = dirty[cell] = 0;
        if (column >= width || covered < 1e-6) continue;
        const share = covered < 1 ? covered : 1;
        const at = 3 * (row * width + column);
        for (let channel = 0; channel < 3; channel++) {
          target[at + channel] = target[at + channel] * (1 - share) + color[channel] * share + 0.5;
        }
      }
    }
    this.#top = this.#left = Infinity;
    this.#bottom = this.#right = -Infinity;
  }
}
