import { CoverageGrid, lowestBit } from "../drawing/coverage_grid.ts";
import { expectSize } from "../read_render_options.ts";
import { BAR_HEIGHT, Camera, SURFACE_HEIGHT } from "./camera.ts";
import { CarPicture } from "./car_picture.ts";
import { Ground, Layer, LAYERS } from "./ground.ts";
import { Indicators } from "./indicators.ts";
import { SURFACE_LIMITS } from "./sizes.ts";
import type { CarRacingColors, CarRacingView, Track } from "./state.ts";

/** The lightening of the three textures of road. */
const TEXTURES = [0, 2.55, 5.1];

/** Size of the picture that a {@link CarRacingPainter} draws. */
export interface CarRacingPainterOptions {
  /** Columns, at most 1000; 96 when omitted. */
  width?: number;
  /** Rows, at most 800 and a multiple of 8, so that the bar begins with a row; 96 when omitted. */
  height?: number;
  /** Whether the camera comes down during the first second; true when omitted. */
  openingZoom?: boolean;
}

/**
 * Draws what Gymnasium's CarRacing-v3 shows: its 1000x800 surface, shrunk to the picture's size.
 *
 * Nothing is drawn at the surface's size. The share of each pixel that every colour covers is computed exactly
 * from the polygons' edges ({@link Ground}), so that only pixels with an edge cost more than a copy of their left
 * neighbour. The car, a few pixels large, is drawn on the surface's own grid.
 *
 * @example
 * ```ts
 * import { CarRacingPainter } from "./painter.ts";
 * import type { CarRacingView } from "./state.ts";
 *
 * function draw(view: CarRacingView): Uint8Array {
 *   const frame = new Uint8Array(96 * 96 * 3);
 *   new CarRacingPainter(view.track, view.colors).draw(view, frame);
 *   return frame;
 * }
 * ```
 */
export class CarRacingPainter {
  /** Columns of the picture. */
  readonly width: number;
  /** Rows of the picture. */
  readonly height: number;
  readonly #openingZoom: boolean;
  readonly #camera = new Camera();
  readonly #grid: CoverageGrid;
  readonly #ground: Ground;
  readonly #car: CarPicture;
  readonly #indicators: Indicators;
  /** `[5, 3]` whole-numbered colours: background, patch minus background, three textures of road. */
  readonly #palette: Float64Array;

  /** Prepares an episode: its track, its colours (truncated to whole levels). */
  constructor(track: Track, colors: CarRacingColors, options: CarRacingPainterOptions = {}) {
    this.width = options.width ?? 96;
    this.height = options.height ?? 96;
    this.#openingZoom = options.openingZoom ?? true;
    const { width, height } = this;
    expectSize("paint CarRacing", { width, height }, SURFACE_LIMITS);
    this.#grid = CoverageGrid.shared(width, height * (1 - BAR_HEIGHT / SURFACE_HEIGHT), LAYERS);
    this.#ground = new Ground(track, this.width, this.height);
    this.#car = new CarPicture(this.width, this.height);
    this.#indicators = new Indicators(this.width, this.height);
    this.#palette = new Float64Array(15);
    for (let channel = 0; channel < 3; channel++) {
      const background = Math.trunc(colors.background[channel]);
      this.#palette[channel] = background;
      this.#palette[3 + channel] = Math.trunc(colors.grass[channel]) - background;
      TEXTURES.forEach((lighter, i) => {
        this.#palette[6 + 3 * i + channel] = Math.trunc(colors.road[channel] + lighter);
      });
    }
  }

  /**
   * Draws a view into `target`, `[height, width, 3]`; its track and colours are taken to be the painter's.
   *
   * @param drawBetween Draws what lies on the ground, below the car and the bar.
   */
  draw(view: CarRacingView, target: Uint8Array, drawBetween?: (camera: Camera) => void): void {
    this.#camera.follow(view.hull, this.#openingZoom ? view.time : Infinity);
    const inside = this.#ground.cover(this.#grid, this.#camera, view.touched);
    // Runs of pixels are painted up to nine bytes too far, as much as the bar of all but the smallest pictures has.
    const painted = target.length < 72 ? new Uint8Array(72) : target;
    this.#mix(inside, painted);
    if (painted !== target) target.set(painted.subarray(0, target.length));
    drawBetween?.(this.#camera);
    this.#car.draw(view, this.#camera, target);
    this.#indicators.draw(view, target);
  }

  /** Turns coverage into colours and leaves the grid empty. */
  #mix(inside: boolean, target: Uint8Array): void {
    const { width, height, stride, words, deltas, marks } = this.#grid;
    const palette = this.#palette;
    const bytes = new DataView(target.buffer, target.byteOffset, target.byteLength);
    // Four pixels of the present colour.
    let bytes0 = 0, bytes1 = 0, bytes2 = 0;
    let out = 0;
    for (let row = 0; row < height; row++) {
      // The running sums of the layers.
      let fields = inside ? 1 : 0,
        patches = 0,
        textures0 = 0,
        textures1 = 0,
        textures2 = 0,
        whites = 0,
        reds = 0;
      marks[row * words] |= 1;
      for (let word = 0; word < words; word++) {
        let cells = marks[row * words + word];
        marks[row * words + word] = 0;
        for (; cells !== 0; cells &= cells - 1) {
          const column = 32 * word + lowestBit(cells);
          const at = (row * stride + column) * LAYERS;
          fields += deltas[at + Layer.field];
          patches += deltas[at + Layer.patch];
          textures0 += deltas[at + Layer.texture0];
          textures1 += deltas[at + Layer.texture1];
          textures2 += deltas[at + Layer.texture2];
          whites += deltas[at + Layer.white];
          reds += deltas[at + Layer.red];
          deltas[at] =
            deltas[at + 1] =
            deltas[at + 2] =
            deltas[at + 3] =
              0;
          deltas[at + 4] = deltas[at + 5] = deltas[at + 6] = 0;
          // What spilled over the right border.
          if (column >= width) continue;
          // Up to the next edge all pixels are alike.
          out = paint(bytes, out, 3 * (row * width + column), bytes0, bytes1, bytes2);
          // Where the road overlaps itself it still covers a pixel once; borders lie on it.
          const roads = textures0 + textures1 + textures2;
          const borders = whites + reds;
          const border = borders < 1 ? borders : 1;
          const road = roads + border < 1 ? roads : 1 - border;
          const under = 1 - road - border;
          let red = under * (fields * palette[0] + patches * palette[3]);
          let green = under * (fields * palette[1] + patches * palette[4]);
          let blue = under * (fields * palette[2] + patches * palette[5]);
          if (roads > 1e-6) {
            const share = road / roads;
            const texture1 = textures1 * share;
            const texture2 = textures2 * share;
            const texture0 = road - texture1 - texture2;
            red += texture0 * palette[6] + texture1 * palette[9] + texture2 * palette[12];
            green += texture0 * palette[7] + texture1 * palette[10] + texture2 * palette[13];
            blue += texture0 * palette[8] + texture1 * palette[11] + texture2 * palette[14];
          }
          if (border > 1e-6) {
            const white = 255 * (border - (reds < border ? reds : border));
            red += 255 * border;
            green += white;
            blue += white;
          }
          const level0 = SHRUNK[(red * FINENESS + 0.5) | 0];
          const level1 = SHRUNK[(green * FINENESS + 0.5) | 0];
          const level2 = SHRUNK[(blue * FINENESS + 0.5) | 0];
          bytes0 = level0 | level1 << 8 | level2 << 16 | level0 << 24;
          bytes1 = level1 | level2 << 8 | level0 << 16 | level1 << 24;
          bytes2 = level2 | level0 << 8 | level1 << 16 | level2 << 24;
        }
      }
      out = paint(bytes, out, 3 * (row + 1) * width, bytes0, bytes1, bytes2);
    }
  }
}

/**
 * Writes four pixels again and again; what is too much is painted over by the next run, and at last by the bar.
 *
 * @returns `end`.
 */
function paint(
  target: DataView,
  from: number,
  end: number,
  bytes0: number,
  bytes1: number,
  bytes2: number,
): number {
  for (let at = from; at < end; at += 12) {
    target.setInt32(at, bytes0, true);
    target.setInt32(at + 4, bytes1, true);
    target.setInt32(at + 8, bytes2, true);
  }
  return end;
}

/** Steps of a level in {@link SHRUNK}. */
const FINENESS = 64;

/**
 * Levels after the reference's shrinking in two passes, each of which rounds down: a plain colour loses two levels, a
 * mixed one 1.25 on average.
 */
const SHRUNK = Uint8Array.from({ length: 255 * FINENESS + 1 }, (_, i) => {
  const level = i / FINENESS;
  return Math.max(0, Number.isInteger(level) ? level - 2 : Math.floor(level - 0.75));
});
