import type { CoverageGrid } from "../drawing/coverage_grid.ts";
import { BAR_HEIGHT, type Camera, SURFACE_HEIGHT, SURFACE_WIDTH } from "./camera.ts";
import { PLAYFIELD, TRACK_STEP, TRACK_WIDTH } from "./constants.ts";
import type { Track } from "./state.ts";

/** Side of a grass patch, u; every second one of both directions is drawn. */
export const PATCH: number = PLAYFIELD / 20;
/** Width of a border quad, u. */
export const BORDER: number = 8 / 6;
/** No tile reaches farther than this from its two points, u. */
const TILE_REACH = TRACK_WIDTH + BORDER + TRACK_STEP;

/** The reference's polygons are this much larger than their corners say, px to each side across steep edges. */
const STEEP_SPREAD = 0.625;
/** And this much across flat edges. */
const FLAT_SPREAD = 0.5;

/** The layers of coverage that the ground is made of. */
export const Layer = {
  /** The playfield; all else is black. */
  field: 0,
  /** The lighter patches of grass. */
  patch: 1,
  /** Road of the first texture, and all that was touched. */
  texture0: 2,
  /** Road of the second texture (`i % 3 === 1`, untouched). */
  texture1: 3,
  /** Road of the third texture. */
  texture2: 4,
  /** White border quads. */
  white: 5,
  /** Red border quads. */
  red: 6,
} as const;
/** Layers of a grid for the ground: one more than it has, as a power of two puts a cell's index a shift away. */
export const LAYERS = 8;

/**
 * Field, grass patches, road and borders of an episode, as coverage of a grid of cells that shows the
 * 1000x800 surface (without its bar).
 *
 * The road is a strip of quads between two polylines, so per tile only its two outer edges and, where textures
 * meet, the edge between two tiles need work. Corners are truncated to whole pixels and outlines spread by about
 * half a pixel, as the reference's polygon filler does.
 */
export class Ground {
  readonly #track: Track;
  readonly #count: number;
  /** `[n]` per point: position and the unit vector across the road, to the right of travel. */
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #acrossX: Float64Array;
  readonly #acrossY: Float64Array;
  /** `[n]`, scratch: 1 where the tile may be in view. */
  readonly #inView: Uint8Array;
  /** `[n, 4]`, scratch: left and right corner of the road at each point, in cells. */
  readonly #corners: Float64Array;
  readonly #cellsX: number;
  readonly #cellsY: number;
  readonly #point = new Float64Array(2);
  readonly #quad = new Float64Array(8);

  /** Prepares a track for a grid that covers the surface above the bar. */
  constructor(track: Track, width: number, height: number) {
    this.#track = track;
    this.#count = track.points.length;
    this.#x = Float64Array.from(track.points, (point) => point.x);
    this.#y = Float64Array.from(track.points, (point) => point.y);
    this.#acrossX = Float64Array.from(track.points, (point) => Math.cos(point.beta));
    this.#acrossY = Float64Array.from(track.points, (point) => Math.sin(point.beta));
    this.#inView = new Uint8Array(this.#count);
    this.#corners = new Float64Array(4 * this.#count);
    this.#cellsX = width / SURFACE_WIDTH;
    this.#cellsY = height / SURFACE_HEIGHT;
  }

  /**
   * Adds the edges of all that the camera sees.
   *
   * @param touched `[n]`, 1 where a tile has lost its texture.
   * @returns Whether the view lies wholly inside the field; if so, the field's layer is left empty.
   */
  cover(grid: CoverageGrid, camera: Camera, touched: Uint8Array): boolean {
    const inside = this.#coverField(grid, camera);
    this.#coverRoad(grid, camera, touched);
    return inside;
  }

  /** Adds the playfield's outline, where it is in view, and the patches. */
  #coverField(grid: CoverageGrid, camera: Camera): boolean {
    const { zoom, cos, sin } = camera;
    // The corners of the view in world units.
    let minX = Infinity, maxX = -Infinity, minY = Infinity, maxY = -Infinity;
    const scale = 1 / (zoom * zoom);
    for (let corner = 0; corner < 4; corner++) {
      const px = ((corner & 1) === 0 ? -2 : SURFACE_WIDTH + 2) - camera.originX;
      const py = ((corner & 2) === 0 ? BAR_HEIGHT - 2 : SURFACE_HEIGHT + 2) - camera.originY;
      const x = (px * cos + py * sin) * scale;
      const y = (py * cos - px * sin) * scale;
      minX = Math.min(minX, x);
      maxX = Math.max(maxX, x);
      minY = Math.min(minY, y);
      maxY = Math.max(maxY, y);
    }
    const inside = minX > -PLAYFIELD && maxX < PLAYFIELD && minY > -PLAYFIELD && maxY < PLAYFIELD;
    if (!inside) this.#coverSquare(grid, camera, -PLAYFIELD, -PLAYFIELD, 2 * PLAYFIELD, Layer.field);
    // Patches start at even multiples of their side, from -20 to 18.
    const firstX = Math.max(-10, Math.floor((minX / PATCH - 1) / 2));
    const lastX = Math.min(9, Math.floor(maxX / PATCH / 2));
    const firstY = Math.max(-10, Math.floor((minY / PATCH - 1) / 2));
    const lastY = Math.min(9, Math.floor(maxY / PATCH / 2));
    for (let i = firstX; i <= lastX; i++) {
      for (let j = firstY; j <= lastY; j++) {
        this.#coverSquare(grid, camera, 2 * i * PATCH, 2 * j * PATCH, PATCH, Layer.patch);
      }
    }
    return inside;
  }

  /** Adds an axis-aligned square of the world. */
  #coverSquare(grid: CoverageGrid, camera: Camera, x: number, y: number, side: number, layer: number): void {
    const point = this.#point;
    const quad = this.#quad;
    const ux = camera.cos / camera.zoom;
    const uy = camera.sin / camera.zoom;
    const steep = Math.abs(ux) > Math.abs(uy);
    // The square's x direction on the surface is (ux, uy), its y direction (-uy, ux).
    const spreadU = steep ? STEEP_SPREAD * Math.abs(ux) : FLAT_SPREAD * Math.abs(uy);
    const spreadV = steep ? FLAT_SPREAD * Math.abs(ux) : STEEP_SPREAD * Math.abs(uy);
    for (let corner = 0; corner < 4; corner++) {
      const right = corner === 1 || corner === 2;
      const up = corner >= 2;
      const du = right ? spreadU : -spreadU;
      const dv = up ? spreadV : -spreadV;
      this.#toCell(
        camera,
        x + (right ? side : 0),
        y + (up ? side : 0),
        du * ux - dv * uy,
        du * uy + dv * ux,
        point,
      );
      quad[2 * corner] = point[0];
      quad[2 * corner + 1] = point[1];
    }
    // Beyond the left border its edges would cancel out row by row.
    if (Math.max(quad[0], quad[2], quad[4], quad[6]) > 0) addQuad(grid, quad, layer, 1);
  }

  /** A world point in cells, truncated to the surface's pixels like the reference's and moved by an offset, px. */
  #toCell(camera: Camera, x: number, y: number, dx: number, dy: number, out: Float64Array): void {
    const px = Math.trunc(camera.surfaceX(x, y)) + 0.5 + dx;
    const py = Math.trunc(camera.surfaceY(x, y)) + 0.5 + dy;
    out[0] = px * this.#cellsX;
    out[1] = (SURFACE_HEIGHT - py) * this.#cellsY;
  }

  /** The point `distance` to the right of a track point (negative: left), spread outwards by `spread`, in cells. */
  #trackCell(camera: Camera, i: number, distance: number, spread: number, out: Float64Array): void {
    const ax = this.#acrossX[i];
    const ay = this.#acrossY[i];
    const nx = (ax * camera.cos - ay * camera.sin) / camera.zoom;
    const ny = (ax * camera.sin + ay * camera.cos) / camera.zoom;
    const wide = spread *
      (Math.abs(nx) > Math.abs(ny) ? STEEP_SPREAD * Math.abs(nx) : FLAT_SPREAD * Math.abs(ny));
    this.#toCell(camera, this.#x[i] + distance * ax, this.#y[i] + distance * ay, wide * nx, wide * ny, out);
  }

  /** Adds the tiles and the borders in view. */
  #coverRoad(grid: CoverageGrid, camera: Camera, touched: Uint8Array): void {
    const count = this.#count;
    const inView = this.#inView;
    const corners = this.#corners;
    const point = this.#point;
    const reach = TILE_REACH * camera.zoom;
    for (let i = 0; i < count; i++) {
      const px = camera.surfaceX(this.#x[i], this.#y[i]);
      const py = camera.surfaceY(this.#x[i], this.#y[i]);
      inView[i] = px > -reach && px < SURFACE_WIDTH + reach && py > BAR_HEIGHT - reach &&
          py < SURFACE_HEIGHT + reach
        ? 1
        : 0;
    }
    // A tile in view needs the corners of its own point and of the one before.
    for (let i = 0; i < count; i++) {
      const next = i + 1 === count ? 0 : i + 1;
      if ((inView[i] | inView[next]) === 0) continue;
      this.#trackCell(camera, i, -TRACK_WIDTH, -1, point);
      corners[4 * i] = point[0];
      corners[4 * i + 1] = point[1];
      this.#trackCell(camera, i, TRACK_WIDTH, 1, point);
      corners[4 * i + 2] = point[0];
      corners[4 * i + 3] = point[1];
    }
    for (let i = 0; i < count; i++) {
      const next = i + 1 === count ? 0 : i + 1;
      const here = inView[i] === 0 ? 0 : textureLayer(i, touched);
      const there = inView[next] === 0 ? 0 : textureLayer(next, touched);
      const at = 4 * i;
      if (here !== there) {
        // The edge between this tile and the next: the end of one texture and the start of another.
        const lx = corners[at], ly = corners[at + 1], rx = corners[at + 2], ry = corners[at + 3];
        if (here !== 0) grid.addEdge(rx, ry, lx, ly, here, 1);
        if (there !== 0) grid.addEdge(rx, ry, lx, ly, there, -1);
      }
      if (here === 0) continue;
      const before = 4 * (i === 0 ? count - 1 : i - 1);
      grid.addEdge(corners[at], corners[at + 1], corners[before], corners[before + 1], here, 1);
      grid.addEdge(corners[before + 2], corners[before + 3], corners[at + 2], corners[at + 3], here, 1);
      if (this.#track.border[i] === 1) this.#coverBorder(grid, camera, i);
    }
  }

  /** Adds the border quad of a tile. */
  #coverBorder(grid: CoverageGrid, camera: Camera, i: number): void {
    const side = this.#track.borderSide[i];
    const before = i === 0 ? this.#count - 1 : i - 1;
    // A quad without width still shows as a line: its outline spreads.
    const outwards = side === 0 ? 1 : side;
    const point = this.#point;
    const quad = this.#quad;
    for (let corner = 0; corner < 4; corner++) {
      const outer = corner === 1 || corner === 2;
      const distance = side * (outer ? TRACK_WIDTH + BORDER : TRACK_WIDTH);
      this.#trackCell(camera, corner < 2 ? i : before, distance, outer ? outwards : -outwards, point);
      quad[2 * corner] = point[0];
      quad[2 * corner + 1] = point[1];
    }
    addQuad(grid, quad, i % 2 === 1 ? Layer.red : Layer.white, -outwards);
  }
}

/** The layer of a tile's colour. */
function textureLayer(i: number, touched: Uint8Array): number {
  return touched[i] === 1 ? Layer.texture0 : Layer.texture0 + i % 3;
}

/** Adds the four edges of a quad, `[x, y]` per corner. */
function addQuad(grid: CoverageGrid, quad: Float64Array, layer: number, weight: number): void {
  grid.addEdge(quad[0], quad[1], quad[2], quad[3], layer, weight);
  grid.addEdge(quad[2], quad[3], quad[4], quad[5], layer, weight);
  grid.addEdge(quad[4], quad[5], quad[6], quad[7], layer, weight);
  grid.addEdge(quad[6], quad[7], quad[0], quad[1], layer, weight);
}
