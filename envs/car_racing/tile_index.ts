import { PLAYFIELD } from "./constants.ts";

/** Edge of a cell, u. */
const CELL = 4;
/** Cells a side; they cover the playfield and a little more. */
const SIDE = 2 * Math.ceil(PLAYFIELD / CELL + 2);

/** A grid over the playfield that knows which tiles are near a place. */
export class TileIndex {
  /** `[cells + 1]`: the tiles of cell `c` are `tiles[begin[c]] .. tiles[begin[c + 1] - 1]`, ascending. */
  readonly begin = new Int32Array(SIDE * SIDE + 1);
  /** Tile numbers, cell by cell. */
  readonly tiles: Int32Array;
  /** Outward unit normal and offset of each tile's edges, `[n, 4, 3]`; a triangle repeats an edge. */
  readonly #edges: Float64Array;

  /**
   * @param quads The tiles' corners, convex, anticlockwise.
   * @param reach How far from a tile a place counts as near, u.
   */
  constructor(quads: readonly Float64Array[], reach: number) {
    this.#edges = new Float64Array(12 * quads.length);
    quads.forEach((quad, tile) => this.#edges.set(edgesOf(quad), 12 * tile));
    const pairs: number[] = [];
    const distance = reach + CELL * Math.SQRT1_2;
    quads.forEach((quad, tile) => {
      const [left, right] = range(quad, 0, reach);
      const [low, high] = range(quad, 1, reach);
      for (let row = low; row <= high; row++) {
        for (let column = left; column <= right; column++) {
          if (this.gap(tile, centreOf(column), centreOf(row)) > distance) continue;
          pairs.push(row * SIDE + column, tile);
        }
      }
    });
    this.tiles = new Int32Array(pairs.length / 2);
    const { begin } = this;
    for (let i = 0; i < pairs.length; i += 2) begin[pairs[i] + 1]++;
    for (let cell = 0; cell < SIDE * SIDE; cell++) begin[cell + 1] += begin[cell];
    const next = begin.slice();
    for (let i = 0; i < pairs.length; i += 2) this.tiles[next[pairs[i]]++] = pairs[i + 1];
  }

  /** The cell of a place; places outside the grid belong to its rim. */
  cellOf(x: number, y: number): number {
    return cellAt(y) * SIDE + cellAt(x);
  }

  /** How far a place lies outside one of a tile's edges, at most; negative inside. Never above its distance. */
  gap(tile: number, x: number, y: number): number {
    const edges = this.#edges;
    let widest = -Infinity;
    for (let e = 12 * tile; e < 12 * tile + 12; e += 3) {
      const gap = edges[e] * x + edges[e + 1] * y - edges[e + 2];
      if (gap > widest) widest = gap;
    }
    return widest;
  }
}

function edgesOf(quad: Float64Array): number[] {
  return Array.from({ length: 4 }, (_, corner) => {
    const a = (2 * corner) % quad.length;
    const b = (a + 2) % quad.length;
    const length = Math.hypot(quad[b] - quad[a], quad[b + 1] - quad[a + 1]);
    const nx = (quad[b + 1] - quad[a + 1]) / length;
    const ny = (quad[a] - quad[b]) / length;
    return [nx, ny, nx * quad[a] + ny * quad[a + 1]];
  }).flat();
}

/** The first and last cell that a quad and its surroundings reach along one axis. */
function range(quad: Float64Array, axis: 0 | 1, reach: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = axis; i < quad.length; i += 2) {
    low = Math.min(low, quad[i]);
    high = Math.max(high, quad[i]);
  }
  return [cellAt(low - reach), cellAt(high + reach)];
}

function cellAt(value: number): number {
  return Math.min(SIDE - 1, Math.max(0, Math.floor(value / CELL) + SIDE / 2));
}

function centreOf(cell: number): number {
  return (cell - SIDE / 2 + 0.5) * CELL;
}
