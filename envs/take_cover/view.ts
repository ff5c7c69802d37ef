import type { Arena } from "./arena.ts";
import { BEHIND, CHARGE_STEPS, MOST_MONSTERS } from "./constants.ts";
import type { MonstersState } from "./monsters.ts";

/** A monster and its fireball. */
export interface MonsterView {
  /** Place of the monster, u. */
  x: number;
  /** How far the fireball in its hands has grown, 0 .. 1. */
  charge: number;
  /** The fireball that flies; where there is none its depth is {@link BEHIND} or less. */
  fireball: {
    /** Place, u. */
    x: number;
    /** Depth, u. */
    depth: number;
    /** Sideways velocity, u a step. */
    drift: number;
  };
}

/** All that observations show. */
export interface TakeCoverView {
  /** Steps since the reset; it says which monsters have come. */
  time: number;
  /** Whether a fireball has hit the agent. */
  hit: boolean;
  /** The one who looks. */
  agent: {
    /** Place, u. */
    x: number;
    /** Sideways velocity, u a step. */
    drift: number;
  };
  /** `[MOST_MONSTERS]`, those that have not come yet among them. */
  monsters: MonsterView[];
}

const HEAD_NUMBERS = 4;
const MONSTER_NUMBERS = 5;

/** Numbers in a saved view. */
export const VIEW_SIZE: number = HEAD_NUMBERS + MOST_MONSTERS * MONSTER_NUMBERS;

/** A view to fill. */
export function blankView(): TakeCoverView {
  return {
    time: 0,
    hit: false,
    agent: { x: 0, drift: 0 },
    monsters: Array.from({ length: MOST_MONSTERS }, () => ({
      x: 0,
      charge: 0,
      fireball: { x: 0, depth: BEHIND, drift: 0 },
    })),
  };
}

/** Fills a view from the arena; time and hit are the caller's. */
export function look(view: TakeCoverView, arena: Arena, { charges }: MonstersState): void {
  view.agent.x = arena.agent.position.x;
  view.agent.drift = arena.agent.velocity.x;
  view.monsters.forEach((monster, i) => {
    const { position, velocity } = arena.fireballs[i];
    monster.x = arena.monsters[i].position.x;
    monster.charge = charges[i] / CHARGE_STEPS;
    monster.fireball.x = position.x;
    monster.fireball.depth = Math.max(BEHIND, position.y);
    monster.fireball.drift = velocity.x;
  });
}

/**
 * Writes a view: time, hit (0 or 1), the agent's place and drift; for each monster place, charge, and its fireball's place, depth and
 * drift.
 *
 * @param target `[VIEW_SIZE]`.
 */
export function writeView({ time, hit, agent, monsters }: TakeCoverView, target: Float64Array): void {
  target.set([time, Number(hit), agent.x, agent.drift]);
  monsters.forEach(({ x, charge, fireball }, i) => {
    const { depth, drift } = fireball;
    target.set([x, charge, fireball.x, depth, drift], HEAD_NUMBERS + i * MONSTER_NUMBERS);
  });
}

/** Reads what {@link writeView} wrote. */
export function readView(state: Float64Array, view: TakeCoverView): void {
  view.time = state[0];
  view.hit = state[1] === 1;
  view.agent.x = state[2];
  view.agent.drift = state[3];
  view.monsters.forEach((monster, i) => {
    const { fireball } = monster;
    [monster.x, monster.charge, fireball.x, fireball.depth, fireball.drift] = state.subarray(
      HEAD_NUMBERS + i * MONSTER_NUMBERS,
    );
  });
}
