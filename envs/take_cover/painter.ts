import { Canvas, type Color } from "../drawing/canvas.ts";
import {
  EYE_BEHIND,
  EYE_HEIGHT,
  FIREBALL_HEIGHT,
  FIREBALL_RADIUS,
  HALL_DEPTH,
  HALL_HALF_WIDTH,
  HALL_HEIGHT,
  MONSTER_DEPTH,
  THROW_DEPTH,
} from "./constants.ts";
import { risen } from "./monsters.ts";
import type { MonsterView, TakeCoverView } from "./view.ts";

/** Share of the picture above the horizon. */
const HORIZON = 0.42;
/** Nothing nearer to the eye than this is drawn, u. */
const NEAR = 4;
/** The depth where that is. */
const NEAREST = NEAR - EYE_BEHIND;
/** Panels of the walls and boards of the floor: how many across the hall and how many along it. */
const PANELS = { across: 6, along: 4 };

/** What things look like. */
const CEILING: Color = [44, 44, 52];
const FLOOR: readonly [Color, Color] = [[104, 92, 76], [86, 75, 62]];
const FAR_WALL: readonly [Color, Color] = [[74, 82, 100], [64, 71, 88]];
const LEFT_WALL: readonly [Color, Color] = [[58, 64, 80], [50, 55, 70]];
const RIGHT_WALL: readonly [Color, Color] = [[50, 56, 70], [43, 48, 61]];
const MONSTER: Color = [150, 78, 46];
const MONSTER_SHADE: Color = [104, 50, 30];
const MONSTER_EYES: Color = [255, 224, 90];
const SHADOW: Color = [22, 18, 14];
const PAIN: Color = [200, 0, 0];
const GLOW: Color = [255, 96, 16];
const FIRE: Color = [255, 150, 30];
const CORE: Color = [255, 244, 170];

/** A monster's parts, `[x, height, ...]` in u from where it stands, from behind to before. */
const FIGURE: readonly { color: Color; corners: readonly number[] }[] = [
  { color: MONSTER_SHADE, corners: [-13, 0, -3, 0, -2, 30, -14, 30] },
  { color: MONSTER_SHADE, corners: [13, 0, 3, 0, 2, 30, 14, 30] },
  { color: MONSTER, corners: [-12, 24, 12, 24, 20, 44, 12, 50, -12, 50, -20, 44] },
  { color: MONSTER_SHADE, corners: [-20, 44, -14, 44, -16, 22, -21, 22] },
  { color: MONSTER_SHADE, corners: [20, 44, 14, 44, 16, 22, 21, 22] },
  { color: MONSTER, corners: [-9, 46, 9, 46, 10, 58, 13, 64, 6, 61, -6, 61, -13, 64, -10, 58] },
  { color: MONSTER_EYES, corners: [-8, 53, -2, 51, -2, 56, -8, 58] },
  { color: MONSTER_EYES, corners: [8, 53, 2, 51, 2, 56, 8, 58] },
];

/** Discs of a fireball: radius over its own, colour, opacity. */
const FIREBALL: readonly { radius: number; color: Color; opacity: number }[] = [
  { radius: 1.8, color: GLOW, opacity: 0.35 },
  { radius: 1.35, color: GLOW, opacity: 0.5 },
  { radius: 1, color: FIRE, opacity: 1 },
  { radius: 0.6, color: CORE, opacity: 1 },
];

/**
 * Draws what the agent sees: a hall with a floor of boards and walls of panels, the monsters along the far wall, and
 * fireballs that grow as they come near, each with its shadow on the floor. The view is 90 degrees wide and straight
 * ahead; the agent itself does not show. A hit turns the picture red, as in Doom.
 */
export class TakeCoverPainter {
  /** Columns of the picture. */
  readonly width: number;
  /** Rows of the picture. */
  readonly height: number;
  readonly #canvas: Canvas;
  /** px across for what is as far from the eye as it is wide. */
  readonly #focus: number;
  readonly #corners = new Float64Array(32);
  readonly #order: MonsterView["fireball"][] = [];
  #eye = 0;

  /** Prepares pictures of a size. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#canvas = new Canvas(width, height);
    this.#focus = width / 2;
  }

  /** Draws a view into `target`, `[height, width, 3]`. */
  draw(view: TakeCoverView, target: Uint8Array): void {
    this.#eye = view.agent.x;
    this.#canvas.begin(target, CEILING);
    this.#drawHall();
    view.monsters.forEach((monster, i) => this.#drawMonster(monster, risen(i, view.time)));
    this.#drawFireballs(view.monsters);
    if (view.hit) this.#canvas.rectangle(0, 0, this.width, this.height, PAIN, 0.5);
  }

  #drawHall(): void {
    const { across, along } = PANELS;
    const board = 2 * HALL_HALF_WIDTH / across;
    const length = HALL_DEPTH / along;
    for (let i = 0; i < along; i++) {
      const [near, far] = [i === 0 ? NEAREST : i * length, (i + 1) * length];
      for (const [side, colors] of [[-1, LEFT_WALL], [1, RIGHT_WALL]] as const) {
        const x = side * HALL_HALF_WIDTH;
        this.#quad([x, 0, near], [x, 0, far], [x, HALL_HEIGHT, far], [x, HALL_HEIGHT, near], colors[i % 2]);
      }
    }
    for (let i = 0; i < across; i++) {
      const left = -HALL_HALF_WIDTH + i * board;
      const right = left + board;
      this.#quad(
        [left, 0, NEAREST],
        [left, 0, HALL_DEPTH],
        [right, 0, HALL_DEPTH],
        [right, 0, NEAREST],
        FLOOR[i % 2],
      );
      this.#quad(
        [left, 0, HALL_DEPTH],
        [left, HALL_HEIGHT, HALL_DEPTH],
        [right, HALL_HEIGHT, HALL_DEPTH],
        [right, 0, HALL_DEPTH],
        FAR_WALL[i % 2],
      );
    }
  }

  #drawMonster({ x, charge }: MonsterView, up: number): void {
    if (up === 0) return;
    const corners = this.#corners;
    for (const { color, corners: figure } of FIGURE) {
      for (let i = 0; i < figure.length; i += 2) {
        corners[i] = this.#column(x + figure[i], MONSTER_DEPTH);
        corners[i + 1] = this.#row(up * figure[i + 1], MONSTER_DEPTH);
      }
      this.#canvas.polygon(corners, color, 1, figure.length);
    }
    if (charge > 0) this.#drawFireball(x, THROW_DEPTH, charge * FIREBALL_RADIUS);
  }

  #drawFireballs(monsters: readonly MonsterView[]): void {
    const order = this.#order;
    order.length = 0;
    for (const { fireball } of monsters) if (fireball.depth > NEAREST) order.push(fireball);
    order.sort((a, b) => b.depth - a.depth);
    for (const { x, depth } of order) {
      const across = FIREBALL_RADIUS * this.#scale(depth);
      const down = across * EYE_HEIGHT / (depth + EYE_BEHIND);
      this.#canvas.ellipse(this.#column(x, depth), this.#row(0, depth), across, down, SHADOW, 0.6);
    }
    for (const { x, depth } of order) this.#drawFireball(x, depth, FIREBALL_RADIUS);
  }

  #drawFireball(x: number, depth: number, radius: number): void {
    const column = this.#column(x, depth);
    const row = this.#row(FIREBALL_HEIGHT, depth);
    const size = radius * this.#scale(depth);
    for (const { radius, color, opacity } of FIREBALL) {
      this.#canvas.ellipse(column, row, radius * size, radius * size, color, opacity);
    }
  }

  /** Fills a quad of points `[x, height, depth]`, u. */
  #quad(a: Point, b: Point, c: Point, d: Point, color: Color): void {
    const corners = this.#corners;
    [a, b, c, d].forEach(([x, height, depth], i) => {
      corners[2 * i] = this.#column(x, depth);
      corners[2 * i + 1] = this.#row(height, depth);
    });
    this.#canvas.polygon(corners, color, 1, 8);
  }

  /** px from the left. */
  #column(x: number, depth: number): number {
    return this.width / 2 + (x - this.#eye) * this.#scale(depth);
  }

  /** px from the top. */
  #row(height: number, depth: number): number {
    return HORIZON * this.height + (EYE_HEIGHT - height) * this.#scale(depth);
  }

  /** px per u. */
  #scale(depth: number): number {
    return this.#focus / (depth + EYE_BEHIND);
  }
}

type Point = readonly [x: number, height: number, depth: number];
