/** The number of the lowest bit that is set; -1 of 0. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** By size and layers; a grid goes when nobody draws on it any more. */
const sharedGrids = new Map<string, WeakRef<CoverageGrid>>();

/**
 * Exact area coverage of polygons on a grid of cells, in one layer or several at once.
 *
 * Every edge adds its signed area to the few cells that it crosses; a running sum along a row then gives the
 * share of each cell that lies inside. An edge that two polygons of one layer share cancels out, so a strip of
 * quads costs its outline only, and cells without an edge need no work at all. Orientation: an edge that runs
 * towards growing y puts `+weight` on everything to its right.
 */
export class CoverageGrid {
  /** Cells in a stored row: the grid's width and two more that take what spills over the right border. */
  readonly stride: number;
  /** `[height, stride, layers]`: what each cell adds to the running sums of its row. */
  readonly deltas: Float64Array;
  /** `[height, words]`: a bit for each cell of a row, 1 where it may have a delta; the lowest is the first cell's. */
  readonly marks: Int32Array;
  /** Words that the marks of a row take. */
  readonly words: number;

  /** A grid of `width` x `height` cells, all empty. */
  constructor(readonly width: number, readonly height: number, readonly layers: number = 1) {
    this.stride = width + 2;
    this.deltas = new Float64Array(this.stride * height * layers);
    this.words = Math.ceil(this.stride / 32);
    this.marks = new Int32Array(this.words * height);
  }

  /**
   * An empty grid of this shape, the same for all that ask for it in this thread: whoever draws on it leaves it empty.
   *
   * One for each of many environments would not fit into a core's cache.
   */
  static shared(width: number, height: number, layers = 1): CoverageGrid {
    const shape = `${width}x${height}x${layers}`;
    let grid = sharedGrids.get(shape)?.deref();
    if (!grid) sharedGrids.set(shape, new WeakRef(grid = new CoverageGrid(width, height, layers)));
    return grid;
  }

  /** Adds an edge of a polygon, in cells from the top left; what lies outside the grid is clipped away. */
  addEdge(x0: number, y0: number, x1: number, y1: number, layer: number, weight: number): void {
    if (y0 === y1) return;
    if (y0 > y1) {
      let swap = y0;
      y0 = y1;
      y1 = swap;
      swap = x0;
      x0 = x1;
      x1 = swap;
      weight = -weight;
    }
    const { width, height } = this;
    if (y1 <= 0 || y0 >= height || (x0 >= width && x1 >= width)) return;
    const slope = (x1 - x0) / (y1 - y0);
    if (y0 < 0) {
      x0 -= y0 * slope;
      y0 = 0;
    }
    if (y1 > height) {
      x1 -= (y1 - height) * slope;
      y1 = height;
    }
    // What is left of it may lie beyond the right border, though the whole did not.
    if (x0 >= width && x1 >= width) return;
    if (x0 >= 0 && x1 >= 0 && x0 <= width && x1 <= width) {
      this.#addInside(x0, y0, x1, y1, slope, layer, weight);
      return;
    }
    // Left of the grid an edge counts as one along its border, right of it not at all.
    if (x0 < 0 && x1 < 0) {
      this.#addInside(0, y0, 0, y1, 0, layer, weight);
      return;
    }
    if (x0 < 0) {
      const y = Math.min(y1, y0 - x0 / slope);
      this.#addInside(0, y0, 0, y, 0, layer, weight);
      x0 = 0;
      y0 = y;
    } else if (x1 < 0) {
      const y = Math.min(y1, y0 - x0 / slope);
      this.#addInside(0, y, 0, y1, 0, layer, weight);
      x1 = 0;
      y1 = y;
    }
    if (x0 > width) {
      y0 = Math.min(y1, y0 + (width - x0) / slope);
      x0 = width;
    } else if (x1 > width) {
      y1 = Math.min(y1, y0 + (width - x0) / slope);
      x1 = width;
    }
    this.#addInside(x0, y0, x1, y1, slope, layer, weight);
  }

  /** An edge that lies within the grid and runs towards growing y. */
  #addInside(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    slope: number,
    layer: number,
    weight: number,
  ): void {
    const { deltas, marks, words, stride, width, layers } = this;
    let row = y0 | 0;
    let x = x0;
    let y = y0;
    while (y < y1) {
      const last = row + 1 >= y1;
      const nextY = last ? y1 : row + 1;
      // Rounding must not carry an edge over the border.
      const nextX = last ? x1 : Math.min(width, Math.max(0, x + (nextY - y) * slope));
      const area = (nextY - y) * weight;
      const left = x < nextX ? x : nextX;
      const right = x < nextX ? nextX : x;
      const column = left | 0;
      const line = row * words;
      let at = (row * stride + column) * layers + layer;
      const start = left - column;
      if (right <= column + 1) {
        const beyond = area * (start + right - column) * 0.5;
        deltas[at] += area - beyond;
        deltas[at + layers] += beyond;
        // Shifts count modulo 32.
        marks[line + (column >> 5)] |= 1 << column;
        marks[line + ((column + 1) >> 5)] |= 1 << (column + 1);
      } else {
        // The edge crosses several cells of the row: a triangle in the first and the last, slabs between.
        const perCell = area / (right - left);
        let covered = 0.5 * perCell * (1 - start) * (1 - start);
        deltas[at] += covered;
        marks[line + (column >> 5)] |= 1 << column;
        let border = column + 1;
        while (border + 1 < right) {
          const inside = perCell * (border - left + 0.5);
          at += layers;
          deltas[at] += inside - covered;
          marks[line + (border >> 5)] |= 1 << border;
          covered = inside;
          border++;
        }
        const rest = right - border;
        const inside = perCell * rest * (border - left + 0.5 * rest) + area * (1 - rest);
        deltas[at + layers] += inside - covered;
        deltas[at + 2 * layers] += area - inside;
        marks[line + (border >> 5)] |= 1 << border;
        marks[line + ((border + 1) >> 5)] |= 1 << (border + 1);
      }
      x = nextX;
      y = nextY;
      row++;
    }
  }
}
