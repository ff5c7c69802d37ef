import { SURFACE_HEIGHT, SURFACE_WIDTH } from "./camera.ts";

/** Where the text's middle stands on the surface, px from the left and the top. */
const CENTRE_X = 60;
const CENTRE_Y = 750;
/** Height of the text's line, px; glyphs are placed from its top. */
const LINE_HEIGHT = 46;

/** A stroke of a glyph: points `x0, y0, x1, y1, ...` joined by lines, in px from the cell's upper left. */
type Stroke = readonly number[];

/** Points along an ellipse, from one angle to another in degrees, clockwise from the right. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): number[] {
  const points: number[] = [];
  const steps = 16;
  for (let i = 0; i <= steps; i++) {
    const angle = (from + (to - from) * i / steps) * Math.PI / 180;
    points.push(cx + rx * Math.cos(angle), cy + ry * Math.sin(angle));
  }
  return points;
}

/** Columns of a glyph's cell. */
const GLYPH_WIDTH = 26;
/** Width of a pen stroke, px. */
const PEN = 5;

/** A plain bold sans-serif hand: digits 23 px wide and 30 px tall, and the minus sign. */
const GLYPHS: Record<string, Stroke[]> = {
  "0": [
    [...arc(11.6, 13.6, 7.5, 8.3, 156, 361), ...arc(11.5, 24.3, 7.4, 7.2, 1, 206), 3.4, 22.2, 3.8, 12.8],
    [18.4, 10.1, 18.2, 26.6],
  ],
  "1": [[13.5, 7.3, 13.4, 32.2], [13.5, 9, 11.1, 10.3, 10.6, 11.4, 5.3, 11.9], [12.6, 9, 12.4, 32.3]],
  "2": [[...arc(11, 12.3, 7.3, 7, 183, 380), 16.6, 17.5, 12.6, 21, 7.5, 24.6, 3.1, 30.5, 18.8, 30.7]],
  "3": [arc(11, 11.4, 7.2, 6.1, 185, 411), arc(11.4, 24.8, 7.8, 6.9, -90, 164)],
  "4": [[15.8, 31.4, 16.2, 6.2], [13.3, 6.3, 3.7, 21.4], [3.2, 24.6, 19.8, 24.6]],
  "5": [[18.6, 6.4, 6.4, 6.4, 4.7, 18, 4.3, 18.8, ...arc(11, 24.5, 8.2, 8.3, 225, 510)]],
  "6": [arc(11.6, 24, 7.7, 7.7, 0, 360), arc(12.2, 17.7, 8.9, 12.5, 150, 312)],
  "7": [[3.2, 7.6, 19.9, 7.7, 14.5, 15.7, 10.4, 23.4, 8.4, 32.4]],
  "8": [arc(11.5, 11.7, 7.1, 6.5, 0, 360), arc(11.5, 24.8, 7.8, 6.9, 0, 360)],
  "9": [arc(11.2, 13.4, 7.6, 8.1, 0, 360), arc(10.7, 18.5, 8.9, 13.4, -33, 133)],
  "-": [[3.5, 21.9, 9.5, 21.9]],
};

/** Px from the left of a digit to that of the next, measured: `SPACING[first][second]`. */
const SPACING = [
  [25, 23, 26, 26, 23, 26, 23, 23, 25, 26],
  [23, 19, 23, 23, 23, 23, 23, 20, 23, 23],
  [26, 23, 23, 25, 23, 23, 26, 23, 25, 26],
  [25, 23, 25, 26, 23, 26, 25, 23, 26, 26],
  [26, 23, 25, 26, 23, 26, 26, 23, 27, 26],
  [23, 23, 23, 26, 23, 26, 23, 23, 25, 26],
  [25, 23, 23, 26, 23, 26, 25, 23, 26, 26],
  [23, 23, 23, 23, 20, 23, 23, 23, 23, 23],
  [25, 23, 25, 26, 23, 26, 25, 23, 25, 26],
  [23, 23, 25, 25, 23, 25, 23, 23, 23, 25],
];
const DIGIT_WIDTH = 23;
const MINUS_WIDTH = 13;

/** Px from the left of a character to that of the next, or to the text's end. */
function spacing(character: string, next: string | undefined): number {
  if (character === "-") return MINUS_WIDTH;
  return next === undefined ? DIGIT_WIDTH : SPACING[Number(character)][Number(next)];
}

/** The coverage of a glyph, `[46, 26]` in [0, 1], by sampling the distance to its strokes. */
function drawGlyph(strokes: Stroke[]): Float32Array {
  const cover = new Float32Array(GLYPH_WIDTH * LINE_HEIGHT);
  for (let row = 0; row < LINE_HEIGHT; row++) {
    for (let column = 0; column < GLYPH_WIDTH; column++) {
      let distance = Infinity;
      for (const stroke of strokes) {
        for (let i = 0; i + 3 < stroke.length; i += 2) {
          distance = Math.min(distance, distanceTo(stroke, i, column + 0.5, row + 0.5));
        }
      }
      cover[row * GLYPH_WIDTH + column] = Math.min(1, Math.max(0, PEN / 2 - distance + 0.5));
    }
  }
  return cover;
}

/** Distance of a point from a stroke's segment. */
function distanceTo(stroke: Stroke, i: number, x: number, y: number): number {
  const [x0, y0, x1, y1] = [stroke[i], stroke[i + 1], stroke[i + 2], stroke[i + 3]];
  const dx = x1 - x0, dy = y1 - y0;
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

const font = new Map<string, Float32Array>();

/** The coverage of a character, drawn when it is first needed. */
function glyph(character: string): Float32Array {
  let cover = font.get(character);
  if (cover === undefined) font.set(character, cover = drawGlyph(GLYPHS[character]));
  return cover;
}

/** Draws the score, white on black, at the lower left. */
export class ScoreText {
  readonly #width: number;
  readonly #height: number;
  /** Rows and columns of the picture that the text may touch, and their levels; redrawn when the text changes. */
  readonly #firstRow: number;
  readonly #rows: number;
  readonly #columns: number;
  readonly #levels: Float64Array;
  readonly #shrunk = new Map<string, Float64Array>();
  #shown = "";

  /** For pictures of this size. */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    const top = CENTRE_Y - LINE_HEIGHT / 2;
    this.#firstRow = Math.floor(top * height / SURFACE_HEIGHT);
    this.#rows = Math.ceil((top + LINE_HEIGHT) * height / SURFACE_HEIGHT) - this.#firstRow;
    this.#columns = Math.ceil(124 * width / SURFACE_WIDTH) + 1;
    this.#levels = new Float64Array(this.#rows * this.#columns);
  }

  /** Draws a score into `target`, `[height, width, 3]`. */
  draw(score: number, target: Uint8Array): void {
    const text = scoreText(score);
    if (text !== this.#shown) {
      this.#compose(text);
      this.#shown = text;
    }
    for (let row = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++) {
        const level = this.#levels[row * this.#columns + column];
        if (level === 0) continue;
        const at = 3 * ((this.#firstRow + row) * this.#width + column);
        target[at] = target[at + 1] = target[at + 2] = level < 253 ? level : 253;
      }
    }
  }

  /** Puts a text together from shrunk glyphs. */
  #compose(text: string): void {
    let total = 0;
    for (let i = 0; i < text.length; i++) total += spacing(text[i], text[i + 1]);
    let left = CENTRE_X - Math.floor(total / 2);
    this.#levels.fill(0);
    for (let i = 0; i < text.length; i++) {
      const shrunk = this.#shrunkGlyph(text[i], left);
      for (let at = 0; at < shrunk.length; at++) this.#levels[at] += shrunk[at];
      left += spacing(text[i], text[i + 1]);
    }
  }

  /** A glyph at a place on the surface, as levels of the picture's pixels; each is shrunk once. */
  #shrunkGlyph(character: string, left: number): Float64Array {
    const key = `${character}${left}`;
    let levels = this.#shrunk.get(key);
    if (levels !== undefined) return levels;
    levels = new Float64Array(this.#levels.length);
    const cover = glyph(character);
    const perX = this.#width / SURFACE_WIDTH, perY = this.#height / SURFACE_HEIGHT;
    for (let pixel = 0; pixel < cover.length; pixel++) {
      if (cover[pixel] === 0) continue;
      // The pixel's rectangle in cells, and the cells that it shares in.
      const x = (left + pixel % GLYPH_WIDTH) * perX;
      const y = (CENTRE_Y - LINE_HEIGHT / 2 + Math.floor(pixel / GLYPH_WIDTH)) * perY;
      for (let row = Math.floor(y); row < y + perY; row++) {
        const tall = Math.min(y + perY, row + 1) - Math.max(y, row);
        for (let column = Math.floor(x); column < x + perX; column++) {
          const wide = Math.min(x + perX, column + 1) - Math.max(x, column);
          levels[(row - this.#firstRow) * this.#columns + column] += 253 * cover[pixel] * tall * wide;
        }
      }
    }
    this.#shrunk.set(key, levels);
    return levels;
  }
}

/** The score as the reference writes it: rounded half to even, at least four characters, zeros in front, all digits. */
export function scoreText(score: number): string {
  let whole = Math.round(score);
  if (whole - score === 0.5 && whole % 2 !== 0) whole -= 1;
  const negative = whole < 0 || Object.is(whole, -0);
  return (negative ? "-" : "") + String(BigInt(Math.abs(whole))).padStart(negative ? 3 : 4, "0");
}
