import type { RandomStream } from "../../core/random_stream.ts";
import type { Arena } from "./arena.ts";
import {
  AGENT_REACH,
  AIM_ERROR,
  CHARGE_STEPS,
  FIREBALL_SPEED,
  FIRST_MONSTERS,
  HALL_HALF_WIDTH,
  MONSTER_HALF_WIDTH,
  MONSTER_THRUST,
  MOST_MONSTERS,
  RISE_STEPS,
  STEPS_PER_MONSTER,
  THROW_CHANCE,
  THROW_DEPTH,
  TURN_CHANCE,
} from "./constants.ts";

/** How far a monster gets from the middle, u. */
const MONSTER_REACH = HALL_HALF_WIDTH - MONSTER_HALF_WIDTH;
/** Places that a new monster tries for one that is free. */
const TRIES = 20;

/** The step in which a monster comes; the first ones have been there for a while. */
export function arrival(monster: number): number {
  return monster < FIRST_MONSTERS ? -RISE_STEPS : (monster - FIRST_MONSTERS + 1) * STEPS_PER_MONSTER;
}

/** How much of a monster is above the floor, 0 .. 1. */
export function risen(monster: number, time: number): number {
  return Math.min(1, Math.max(0, (time - arrival(monster)) / RISE_STEPS));
}

/** What the monsters are about to do. */
export interface MonstersState {
  /** `[MOST_MONSTERS]`, which way each walks: -1, 0 or 1. */
  ways: Float64Array;
  /** `[MOST_MONSTERS]`, steps for which a fireball has grown in its hands; 0 where there is none. */
  charges: Float64Array;
}

/**
 * What the monsters do: walk to and fro along the far wall, and every now and then stand still, let a fireball grow and
 * throw it at the agent, or at where the agent will be if it goes on as it does, or at a place between.
 */
export class Monsters {
  /** What they are about to do, alive. */
  readonly state: MonstersState = {
    ways: new Float64Array(MOST_MONSTERS),
    charges: new Float64Array(MOST_MONSTERS),
  };
  readonly #arena: Arena;

  /** Monsters of an arena. */
  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Forgets all plans. */
  clear(): void {
    this.state.ways.fill(0);
    this.state.charges.fill(0);
  }

  /** Lets those come whose time it is; at the start time is 0. */
  arrive(time: number, random: RandomStream): void {
    for (let i = 0; i < MOST_MONSTERS; i++) {
      if (Math.max(0, arrival(i)) === time) this.#arena.enter(i, this.#freePlace(i, random));
    }
  }

  /** Lets all decide what to do in the coming step. */
  act(time: number, random: RandomStream): void {
    const { ways, charges } = this.state;
    for (let i = 0; i < MOST_MONSTERS; i++) {
      if (risen(i, time) < 1) continue;
      // Both draws in every step: what one monster does leaves the others' numbers as they are.
      const turn = random.uniform();
      const begin = random.uniform();
      if (turn < TURN_CHANCE) ways[i] = Math.floor(turn / TURN_CHANCE * 3) - 1;
      if (charges[i] > 0) charges[i]++;
      else if (begin < THROW_CHANCE && !this.#arena.flies(i)) charges[i] = 1;
      if (charges[i] > CHARGE_STEPS) {
        charges[i] = 0;
        this.#throw(i, random);
      }
      if (charges[i] === 0) this.#arena.pushMonster(i, MONSTER_THRUST * ways[i]);
    }
  }

  #throw(monster: number, random: RandomStream): void {
    const { agent, monsters } = this.#arena;
    const from = { x: monsters[monster].position.x, y: THROW_DEPTH };
    const lead = random.uniform() * agent.velocity.x * THROW_DEPTH / FIREBALL_SPEED;
    const aim = agent.position.x + lead + random.uniform(-AIM_ERROR, AIM_ERROR);
    const x = Math.min(AGENT_REACH, Math.max(-AGENT_REACH, aim)) - from.x;
    const scale = FIREBALL_SPEED / Math.sqrt(x * x + THROW_DEPTH * THROW_DEPTH);
    this.#arena.launch(monster, from, { x: x * scale, y: -THROW_DEPTH * scale });
  }

  /** A place on their line that does not overlap another monster, as far as some tries find one. */
  #freePlace(monster: number, random: RandomStream): number {
    const others = this.#arena.monsters.slice(0, monster);
    let x = 0;
    for (let i = 0; i < TRIES; i++) {
      x = random.uniform(-MONSTER_REACH, MONSTER_REACH);
      if (others.every(({ position }) => Math.abs(position.x - x) > 2 * MONSTER_HALF_WIDTH)) break;
    }
    return x;
  }
}
