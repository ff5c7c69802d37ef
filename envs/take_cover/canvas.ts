/** Red, green and blue, 0 .. 255. */
export type Color = readonly [number, number, number];

/** Corners of an ellipse by its larger radius, px: as few as nobody sees. */
const ELLIPSES: readonly { below: number; corners: Float64Array }[] = [
  { below: 2, corners: circle(10) },
  { below: 8, corners: circle(18) },
  { below: Infinity, corners: circle(40) },
];

/**
 * Draws filled shapes over each other with smooth edges: a pixel takes a colour by the share of it that the shape covers
 * (exactly, by the signed areas beside its edges) and the shape's opacity. Places are in px from the top left corner.
 *
 * Made for many small shapes a frame: a shape costs its edges and its bounding box.
 */
export class Canvas {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  readonly #stride: number;
  /** `[height, width + 2]`: what each pixel adds to the coverage of those right of it; the last two take what spills over. */
  readonly #deltas: Float64Array;
  readonly #corners = new Float64Array(80);
  #target: Uint8Array = new Uint8Array(0);

  /** A canvas that waits for {@link Canvas.begin}. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#stride = width + 2;
    this.#deltas = new Float64Array(this.#stride * height);
  }

  /**
   * Draws into `target`, `[height, width, 3]`, from now on; all of it is `color` at first.
   *
   * @throws RangeError when the target has another length.
   */
  begin(target: Uint8Array, color: Color): void {
    const size = this.width * this.height * 3;
    if (target.length !== size) {
      throw new RangeError(`Cannot draw a picture: expected ${size} bytes, got ${target.length}`);
    }
    const [red, green, blue] = color;
    for (let at = 0; at < target.length; at += 3) {
      target[at] = red;
      target[at + 1] = green;
      target[at + 2] = blue;
    }
    this.#target = target;
  }

  /**
   * Fills a polygon.
   *
   * @param corners `[x0, y0, x1, y1, ...]`, in either turn.
   * @param opacity 0 .. 1.
   * @param length How many of the numbers count; default all.
   */
  polygon(corners: ArrayLike<number>, color: Color, opacity = 1, length: number = corners.length): void {
    const { width, height } = this;
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (let i = 0; i < length; i += 2) {
      const x = corners[i], y = corners[i + 1];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    if (!(right > 0 && left < width && bottom > 0 && top < height)) return;
    for (let i = 0, last = length - 2; i < length; last = i, i += 2) {
      this.#edge(corners[last], corners[last + 1], corners[i], corners[i + 1]);
    }
    const first = Math.max(0, Math.floor(left));
    const end = Math.min(this.#stride, Math.ceil(right) + 2);
    for (let row = Math.max(0, Math.floor(top)); row < height && row < bottom; row++) {
      this.#fill(row, first, end, color, opacity);
    }
  }

  /** Fills an upright rectangle. */
  rectangle(left: number, top: number, right: number, bottom: number, color: Color, opacity = 1): void {
    this.polygon([left, top, right, top, right, bottom, left, bottom], color, opacity);
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

  /** Adds the areas between an edge and the right border, downwards edges positive. */
  #edge(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    const { height, width } = this;
    const deltas = this.#deltas;
    const turn = y0 < y1 ? 1 : -1;
    const slope = (x1 - x0) / (y1 - y0);
    const [top, bottom] = turn > 0 ? [y0, y1] : [y1, y0];
    const topX = turn > 0 ? x0 : x1;
    for (let row = Math.max(0, Math.floor(top)); row < height && row < bottom; row++) {
      const from = Math.max(top, row);
      const to = Math.min(bottom, row + 1);
      const area = turn * (to - from);
      // Beyond the borders an edge counts as one along them.
      const start = clamp(topX + (from - top) * slope, width);
      const stop = clamp(topX + (to - top) * slope, width);
      const left = start < stop ? start : stop;
      const right = start < stop ? stop : start;
      const column = left | 0;
      let cell = row * this.#stride + column;
      if (right <= column + 1) {
        const beyond = area * ((left + right) / 2 - column);
        deltas[cell] += area - beyond;
        deltas[cell + 1] += beyond;
        continue;
      }
      // The edge crosses several pixels of the row: what is covered of each grows linearly with the edge's share in it.
      const density = area / (right - left);
      let passed = 0;
      for (let border = column; border < right; border++, cell++) {
        const enter = Math.max(left, border);
        const leave = Math.min(right, border + 1);
        const here = density * (leave - enter);
        const beyond = here * ((enter + leave) / 2 - border);
        deltas[cell] += here - beyond;
        deltas[cell + 1] += beyond;
        passed += here;
      }
      deltas[cell] += area - passed;
    }
  }

  /** Turns the coverage of a row into colour and leaves it empty. */
  #fill(row: number, first: number, end: number, color: Color, opacity: number): void {
    const { width } = this;
    const deltas = this.#deltas;
    const target = this.#target;
    const [red, green, blue] = color;
    let covered = 0;
    let cell = row * this.#stride + first;
    let at = (row * width + first) * 3;
    for (let column = first; column < end; column++, cell++, at += 3) {
      covered += deltas[cell];
      deltas[cell] = 0;
      if (column >= width) continue;
      const share = opacity * Math.min(1, Math.abs(covered));
      if (share < 1e-6) continue;
      target[at] = target[at] + (red - target[at]) * share + 0.5;
      target[at + 1] = target[at + 1] + (green - target[at + 1]) * share + 0.5;
      target[at + 2] = target[at + 2] + (blue - target[at + 2]) * share + 0.5;
    }
  }
}

function clamp(x: number, most: number): number {
  return x < 0 ? 0 : x > most ? most : x;
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
