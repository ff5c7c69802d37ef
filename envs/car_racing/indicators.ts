import { BAR_HEIGHT, SURFACE_HEIGHT, SURFACE_WIDTH } from "./camera.ts";
import { ScoreText } from "./score_text.ts";
import type { CarRacingView } from "./state.ts";

/** The surface is laid out on 40 x 40 units for the indicators. */
const UNIT_X = SURFACE_WIDTH / 40;
const UNIT_Y = SURFACE_HEIGHT / 40;

/** Values nearer to zero than this show nothing. */
const SMALLEST = 1e-4;

type Color = readonly [number, number, number];
const SPEED: Color = [255, 255, 255];
const FRONT_WHEEL: Color = [0, 0, 255];
const REAR_WHEEL: Color = [51, 0, 255];
const STEERING: Color = [0, 255, 0];
const GYRO: Color = [255, 0, 0];

/** Draws the black strip at the bottom: score, speed, spin of the four wheels, steering angle, yaw rate. */
export class Indicators {
  readonly #width: number;
  readonly #height: number;
  readonly #text: ScoreText;

  /** For pictures of this size. */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#text = new ScoreText(width, height);
  }

  /** Draws the strip of a view into `target`, `[height, width, 3]`. */
  draw(view: CarRacingView, target: Uint8Array): void {
    target.fill(0, this.#width * this.#height * (1 - BAR_HEIGHT / SURFACE_HEIGHT) * 3);
    this.#column(5, 0.02 * Math.hypot(view.velocity.x, view.velocity.y), SPEED, 0.02, target);
    for (let i = 0; i < 4; i++) {
      this.#column(7 + i, 0.01 * view.wheels[i].omega, i < 2 ? FRONT_WHEEL : REAR_WHEEL, 0.01, target);
    }
    this.#row(20, -10 * view.wheels[0].jointAngle, STEERING, 10, target);
    this.#row(30, -0.8 * view.yawRate, GYRO, 0.8, target);
    this.#text.draw(view.score, target);
  }

  /** A vertical indicator that stands on the strip's lowest unit. */
  #column(place: number, value: number, color: Color, scale: number, target: Uint8Array): void {
    if (Math.abs(value) <= SMALLEST * scale) return;
    const end = Math.trunc(SURFACE_HEIGHT - (UNIT_Y + UNIT_Y * value));
    const base = SURFACE_HEIGHT - UNIT_Y;
    this.#fill(place * UNIT_X, Math.min(base, end), (place + 1) * UNIT_X, Math.max(base, end), color, target);
  }

  /** A horizontal indicator that grows from its place to either side. */
  #row(place: number, value: number, color: Color, scale: number, target: Uint8Array): void {
    if (Math.abs(value) <= SMALLEST * scale) return;
    const start = place * UNIT_X;
    const end = Math.trunc((place + value) * UNIT_X);
    const top = SURFACE_HEIGHT - 4 * UNIT_Y;
    this.#fill(Math.min(start, end), top, Math.max(start, end), top + 2 * UNIT_Y, color, target);
  }

  /** Fills a rectangle of the surface, its last row and column included. */
  #fill(left: number, top: number, right: number, bottom: number, color: Color, target: Uint8Array): void {
    const x0 = Math.max(0, left * this.#width / SURFACE_WIDTH);
    const x1 = Math.min(this.#width, (right + 1) * this.#width / SURFACE_WIDTH);
    const y0 = Math.max(
      this.#height * (1 - BAR_HEIGHT / SURFACE_HEIGHT),
      top * this.#height / SURFACE_HEIGHT,
    );
    const y1 = Math.min(this.#height, (bottom + 1) * this.#height / SURFACE_HEIGHT);
    for (let row = Math.floor(y0); row < y1; row++) {
      const tall = Math.min(y1, row + 1) - Math.max(y0, row);
      for (let column = Math.floor(x0); column < x1; column++) {
        const share = tall * (Math.min(x1, column + 1) - Math.max(x0, column));
        const at = 3 * (row * this.#width + column);
        for (let channel = 0; channel < 3; channel++) {
          const level = color[channel] - (color[channel] > 0 ? 2 : 0);
          target[at + channel] = target[at + channel] * (1 - share) + level * share + 0.25;
        }
      }
    }
  }
}
