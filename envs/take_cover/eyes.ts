import type { Observation } from "../env.ts";
import { writeGray } from "../gray.ts";
import { Box, type Space, spaceSize } from "../spaces.ts";
import {
  AGENT_REACH,
  AGENT_THRUST,
  BEHIND,
  FIREBALL_SPEED,
  FRICTION,
  HALL_DEPTH,
  HALL_HALF_WIDTH,
  MOST_MONSTERS,
} from "./constants.ts";
import { risen } from "./monsters.ts";
import { TakeCoverPainter } from "./painter.ts";
import type { TakeCoverView } from "./view.ts";

/** Turns a view into one kind of observation. */
export interface Eyes<O extends Observation> {
  /** What observations may be. */
  readonly space: Space;
  /** An observation to fill. */
  blank(): O;
  /** Fills an observation. */
  see(view: TakeCoverView, target: O): void;
}

/** Eyes for an observation of this kind; pictures are `size` x `size`. */
export function createEyes(
  kind: "rgb" | "gray" | "state",
  size: number,
): Eyes<Uint8Array> | Eyes<Float32Array> {
  if (kind === "state") return new StateEyes();
  return kind === "gray" ? new GrayEyes(size) : new ColorEyes(size);
}

/** Pictures `[size, size, 3]`. */
class ColorEyes implements Eyes<Uint8Array> {
  readonly space: Space;
  readonly #painter: TakeCoverPainter;

  /** Eyes for pictures of `size` x `size`. */
  constructor(size: number) {
    this.space = new Box(0, 255, { shape: [size, size, 3], dtype: "uint8" });
    this.#painter = new TakeCoverPainter(size, size);
  }

  blank(): Uint8Array {
    return new Uint8Array(spaceSize(this.space));
  }

  see(view: TakeCoverView, target: Uint8Array): void {
    this.#painter.draw(view, target);
  }
}

/** Grey pictures `[size, size]`: the weighed sum of the channels, rounded down. */
class GrayEyes implements Eyes<Uint8Array> {
  readonly space: Space;
  readonly #painter: TakeCoverPainter;
  readonly #picture: Uint8Array;

  /** Eyes for pictures of `size` x `size`. */
  constructor(size: number) {
    this.space = new Box(0, 255, { shape: [size, size], dtype: "uint8" });
    this.#painter = new TakeCoverPainter(size, size);
    this.#picture = new Uint8Array(size * size * 3);
  }

  blank(): Uint8Array {
    return new Uint8Array(spaceSize(this.space));
  }

  see(view: TakeCoverView, target: Uint8Array): void {
    this.#painter.draw(view, this.#picture);
    writeGray(this.#picture, target);
  }
}

const AGENT_NUMBERS = 2;
const MONSTER_NUMBERS = 7;
const TOP_SPEED = AGENT_THRUST / FRICTION;

/**
 * Vectors `[44]` of what there is to know, each number cut to -1 .. 1. Sideways places are seen from the agent: a share
 * of the hall's width, positive to its right.
 *
 * | Index | Meaning | Unit | Range |
 * |---|---|---|---|
 * | 0 | the agent's place from the middle of the hall | reach, 140 u | -1 .. 1 |
 * | 1 | the agent's velocity to the right | top speed, 8 u a step | -1 .. 1 |
 * | 2 + 7 i | how much of monster i (of 6) has come up through the floor; where 0, so are the rest | 1 | 0 .. 1 |
 * | 3 + 7 i | place of the monster | width of the hall, 312 u | -1 .. 1 |
 * | 4 + 7 i | how far the fireball in its hands has grown | 1 | 0 .. 1 |
 * | 5 + 7 i | whether its fireball flies; where not, the rest is 0 | 1 | 0 or 1 |
 * | 6 + 7 i | place of the fireball | width of the hall, 312 u | -1 .. 1 |
 * | 7 + 7 i | depth of the fireball, negative behind the agent | depth of the hall, 352 u | -0.12 .. 1 |
 * | 8 + 7 i | velocity of the fireball to the right | its speed, 8 u a step | -1 .. 1 |
 */
export class StateEyes implements Eyes<Float32Array> {
  readonly space: Space = new Box(-1, 1, { shape: [AGENT_NUMBERS + MOST_MONSTERS * MONSTER_NUMBERS] });

  blank(): Float32Array {
    return new Float32Array(spaceSize(this.space));
  }

  see({ time, agent, monsters }: TakeCoverView, target: Float32Array): void {
    const sideways = (x: number) => cut((x - agent.x) / (2 * HALL_HALF_WIDTH));
    target.fill(0);
    target[0] = cut(agent.x / AGENT_REACH);
    target[1] = cut(agent.drift / TOP_SPEED);
    monsters.forEach(({ x, charge, fireball }, i) => {
      const up = risen(i, time);
      if (up === 0) return;
      const at = AGENT_NUMBERS + i * MONSTER_NUMBERS;
      target[at] = up;
      target[at + 1] = sideways(x);
      target[at + 2] = charge;
      if (fireball.depth <= BEHIND) return;
      target[at + 3] = 1;
      target[at + 4] = sideways(fireball.x);
      target[at + 5] = fireball.depth / HALL_DEPTH;
      target[at + 6] = cut(fireball.drift / FIREBALL_SPEED);
    });
  }
}

function cut(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
