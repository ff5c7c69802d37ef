import { Canvas, type Color } from "../drawing/canvas.ts";
import {
  AGENT_HALF_WIDTH,
  BEHIND,
  FIREBALL_RADIUS,
  FIREBALL_SPEED,
  HALL_DEPTH,
  HALL_HALF_WIDTH,
  MONSTER_DEPTH,
  MONSTER_HALF_WIDTH,
  THROW_DEPTH,
} from "./constants.ts";
import { risen } from "./monsters.ts";
import type { MonsterView, TakeCoverView } from "./view.ts";

/** Floor that shows around the hall, u. */
const MARGIN = 12;
/** What it shows: from behind the agent to the far wall, u. */
const TOP = HALL_DEPTH + MARGIN;
const BOTTOM = BEHIND - MARGIN;
const HALF_WIDTH = HALL_HALF_WIDTH + MARGIN;
/** Half the gap between monsters that touch, u. */
const GAP = 1.5;
/** Steps of its flight that a fireball's tail shows. */
const TAIL = 4;

const OUTSIDE: Color = [24, 24, 30];
const FLOOR: Color = [96, 85, 70];
const LINE: Color = [124, 112, 94];
const AGENT: Color = [80, 190, 120];
const AGENT_HIT: Color = [220, 50, 40];
const AGENT_CORE: Color = [170, 240, 190];
const MONSTER: Color = [150, 78, 46];
const EYES: Color = [255, 224, 90];
const FIRE: Color = [255, 150, 30];
const CORE: Color = [255, 244, 170];

/** Draws the hall from above: the far wall on top, the agent below; fireballs trail where they come from. */
export class TakeCoverMapPainter {
  readonly #canvas: Canvas;
  /** px per u. */
  readonly #scale: number;

  /** Prepares pictures of a size; the hall is as large as fits. */
  constructor(width: number, height: number) {
    this.#canvas = new Canvas(width, height);
    this.#scale = Math.min(width / (2 * HALF_WIDTH), height / (TOP - BOTTOM));
  }

  /** Draws a view into `target`, `[height, width, 3]`. */
  draw(view: TakeCoverView, target: Uint8Array): void {
    this.#canvas.begin(target, OUTSIDE);
    this.#box(0, (HALL_DEPTH + BEHIND) / 2, HALL_HALF_WIDTH, (HALL_DEPTH - BEHIND) / 2, FLOOR);
    this.#box(0, 0, HALL_HALF_WIDTH, 1, LINE);
    this.#box(0, MONSTER_DEPTH, HALL_HALF_WIDTH, 1, LINE);
    this.#box(view.agent.x, 0, AGENT_HALF_WIDTH, AGENT_HALF_WIDTH, view.hit ? AGENT_HIT : AGENT);
    this.#disc(view.agent.x, 0, AGENT_HALF_WIDTH / 2, AGENT_CORE);
    view.monsters.forEach((monster, i) => this.#drawMonster(monster, risen(i, view.time)));
    for (const { fireball } of view.monsters) if (fireball.depth > BEHIND) this.#drawFireball(fireball);
  }

  #drawMonster({ x, charge }: MonsterView, up: number): void {
    if (up === 0) return;
    this.#box(x, MONSTER_DEPTH, MONSTER_HALF_WIDTH - GAP, MONSTER_HALF_WIDTH - GAP, MONSTER, up);
    for (const side of [-1, 1]) this.#disc(x + 8 * side, MONSTER_DEPTH - 12, 4, EYES, up);
    if (charge > 0) this.#disc(x, THROW_DEPTH, charge * FIREBALL_RADIUS, FIRE);
  }

  #drawFireball({ x, depth, drift }: MonsterView["fireball"]): void {
    const approach = Math.sqrt(FIREBALL_SPEED * FIREBALL_SPEED - drift * drift);
    for (let step = TAIL; step > 0; step--) {
      const radius = FIREBALL_RADIUS * (1 - step / (TAIL + 1));
      this.#disc(x - step * drift, depth + step * approach, radius, FIRE, 0.3);
    }
    this.#disc(x, depth, FIREBALL_RADIUS, FIRE);
    this.#disc(x, depth, FIREBALL_RADIUS / 2, CORE);
  }

  #box(x: number, depth: number, halfWidth: number, halfDepth: number, color: Color, opacity = 1): void {
    this.#canvas.rectangle(
      this.#column(x - halfWidth),
      this.#row(depth + halfDepth),
      this.#column(x + halfWidth),
      this.#row(depth - halfDepth),
      color,
      opacity,
    );
  }

  #disc(x: number, depth: number, radius: number, color: Color, opacity = 1): void {
    const size = radius * this.#scale;
    this.#canvas.ellipse(this.#column(x), this.#row(depth), size, size, color, opacity);
  }

  /** px from the left. */
  #column(x: number): number {
    return this.#canvas.width / 2 + x * this.#scale;
  }

  /** px from the top. */
  #row(depth: number): number {
    return this.#canvas.height / 2 + ((TOP + BOTTOM) / 2 - depth) * this.#scale;
  }
}
