// @ts-types="npm:@types/matter-js@0.20.2"
import Matter from "matter-js";
import {
  AGENT_HALF_WIDTH,
  BEHIND,
  FIREBALL_RADIUS,
  FRICTION,
  HALL_DEPTH,
  HALL_HALF_WIDTH,
  MONSTER_DEPTH,
  MONSTER_HALF_WIDTH,
  MOST_MONSTERS,
} from "./constants.ts";

/** Length of a Matter.js step at which its velocities are displacements of one step, ms. */
const MATTER_STEP = 1000 / 60;
/** Thickness of the walls, u. */
const WALL = 100;
/** Corners of the polygon that stands for a fireball: its outline is at most 0.1 u inside the circle. */
const FIREBALL_CORNERS = 24;
/** Where bodies wait that are not in play: out of reach, each in a place of its own. */
const WAITING = { monsters: -1000, fireballs: -500 };

/** Who collides with whom. */
const Kind = { agent: 1, wall: 2, monster: 4, fireball: 8 } as const;
/** Numbers of a body in a saved arena. */
const BODY_NUMBERS = 4;

/** Numbers that {@link Arena.save} writes. */
export const ARENA_STATE_SIZE: number = BODY_NUMBERS * (1 + 2 * MOST_MONSTERS);

/** A body as others see it; Matter.js's own has many more fields. */
export interface Mover {
  /** Place and depth, u. */
  readonly position: Readonly<Matter.Vector>;
  /** u a step. */
  readonly velocity: Readonly<Matter.Vector>;
}

/**
 * The Matter.js world: walls, the agent, and as many monsters and fireballs as there can be; those not in play wait
 * outside. Agent and monsters are squares that push against walls (and monsters against each other), fireballs are
 * sensors.
 *
 * A step starts from the places of the bodies and of a step before, and from nothing else: no contacts are kept, corners
 * are placed anew. So two arenas that agree in those numbers agree for ever, whatever happened before.
 */
export class Arena {
  /** The one who dodges. */
  readonly agent: Mover;
  /** `[MOST_MONSTERS]`. */
  readonly monsters: readonly Mover[];
  /** `[MOST_MONSTERS]`, one for each monster. */
  readonly fireballs: readonly Mover[];
  readonly #engine = Matter.Engine.create({ gravity: { x: 0, y: 0, scale: 0 } });
  readonly #agent: Part;
  readonly #monsters: Part[];
  readonly #fireballs: Part[];
  readonly #parts: Part[];
  readonly #bodies: Matter.Body[];

  /** An arena with the agent in the middle and nobody else in play. */
  constructor() {
    this.#agent = walker(AGENT_HALF_WIDTH, Kind.agent, Kind.wall | Kind.fireball);
    this.#monsters = slots(() => walker(MONSTER_HALF_WIDTH, Kind.monster, Kind.wall | Kind.monster));
    this.#fireballs = slots(fireball);
    this.#parts = [this.#agent, ...this.#monsters, ...this.#fireballs];
    this.#bodies = [wall(-1), wall(1), ...this.#parts.map((part) => part.body)];
    Matter.Composite.add(this.#engine.world, this.#bodies);
    this.agent = this.#agent.body;
    this.monsters = this.#monsters.map((part) => part.body);
    this.fireballs = this.#fireballs.map((part) => part.body);
    this.clear();
  }

  /** Puts the agent into the middle, at rest, and takes all others out of play. */
  clear(): void {
    place(this.#agent, 0, 0);
    this.#monsters.forEach((part, i) => place(part, 3 * MONSTER_HALF_WIDTH * i, WAITING.monsters));
    this.#fireballs.forEach((part, i) => place(part, 3 * FIREBALL_RADIUS * i, WAITING.fireballs));
  }

  /** Lets a monster stand at `x`. */
  enter(monster: number, x: number): void {
    place(this.#monsters[monster], x, MONSTER_DEPTH);
  }

  /** Speeds the agent up for the next step, u a step. */
  pushAgent(thrust: number): void {
    push(this.#agent, thrust);
  }

  /** Speeds a monster up for the next step, u a step. */
  pushMonster(monster: number, thrust: number): void {
    push(this.#monsters[monster], thrust);
  }

  /** Lets a monster's fireball fly from a place at a velocity, u a step. */
  launch(monster: number, from: Readonly<Matter.Vector>, velocity: Readonly<Matter.Vector>): void {
    place(this.#fireballs[monster], from.x, from.y, velocity);
  }

  /** Whether a monster's fireball flies. */
  flies(monster: number): boolean {
    return this.#fireballs[monster].body.position.y > BEHIND;
  }

  /** Moves everything by one step. Returns whether a fireball touches the agent. */
  step(): boolean {
    for (const part of this.#parts) settle(part);
    // The order in which bodies are looked at decides in which order contacts are solved.
    Matter.Detector.setBodies(this.#engine.detector, this.#bodies);
    Matter.Pairs.clear(this.#engine.pairs);
    Matter.Engine.update(this.#engine, MATTER_STEP);
    this.#fireballs.forEach((part, i) => {
      const { y } = part.body.position;
      if (y <= BEHIND && y !== WAITING.fireballs) place(part, 3 * FIREBALL_RADIUS * i, WAITING.fireballs);
    });
    return this.#touched();
  }

  /** All that the future depends on, `[ARENA_STATE_SIZE]`: place now and a step before of each body in play or waiting. */
  save(): Float64Array {
    const state = new Float64Array(ARENA_STATE_SIZE);
    this.#parts.forEach(({ body: { position, positionPrev } }, i) => {
      state.set([position.x, position.y, positionPrev.x, positionPrev.y], i * BODY_NUMBERS);
    });
    return state;
  }

  /** Reads what {@link Arena.save} wrote. */
  restore(state: Float64Array): void {
    this.#parts.forEach(({ body: { position, positionPrev, velocity } }, i) => {
      [position.x, position.y, positionPrev.x, positionPrev.y] = state.subarray(i * BODY_NUMBERS);
      velocity.x = position.x - positionPrev.x;
      velocity.y = position.y - positionPrev.y;
    });
  }

  #touched(): boolean {
    // A fireball's only pairs are those with the agent.
    return (this.#engine.pairs.list as Matter.Pair[]).some((pair) => pair.isActive && pair.isSensor);
  }
}

/** A body with what the types leave out: its place of a step before, and what pushed it out of others. */
type Body = Matter.Body & { positionPrev: Matter.Vector; positionImpulse: Matter.Vector };

/** A body and its corners as seen from its place. */
interface Part {
  body: Body;
  /** `[corners, 2]`. */
  corners: Float64Array;
}

function slots(make: () => Part): Part[] {
  return Array.from({ length: MOST_MONSTERS }, make);
}

/** A square that never turns. */
function walker(halfWidth: number, category: number, mask: number): Part {
  return part(Matter.Bodies.rectangle(0, 0, 2 * halfWidth, 2 * halfWidth, {
    inertia: Infinity,
    friction: 0,
    frictionAir: FRICTION,
    collisionFilter: { category, mask },
  }));
}

function fireball(): Part {
  return part(Matter.Bodies.polygon(0, 0, FIREBALL_CORNERS, FIREBALL_RADIUS, {
    inertia: Infinity,
    isSensor: true,
    frictionAir: 0,
    collisionFilter: { category: Kind.fireball, mask: Kind.agent },
  }));
}

/** The wall on the left (-1) or right (1), from behind the agent to behind the monsters. */
function wall(side: -1 | 1): Matter.Body {
  const x = side * (HALL_HALF_WIDTH + WALL / 2);
  return Matter.Bodies.rectangle(x, HALL_DEPTH / 2, WALL, HALL_DEPTH + 2 * WALL, {
    isStatic: true,
    friction: 0,
    collisionFilter: { category: Kind.wall, mask: Kind.agent | Kind.monster },
  });
}

function part(body: Matter.Body): Part {
  const { position, vertices } = body;
  return {
    body: body as Body,
    corners: Float64Array.from(vertices.flatMap(({ x, y }) => [x - position.x, y - position.y])),
  };
}

/** Puts a body somewhere, exactly: Matter.js adds the difference to where it was, which rounds. */
function place(
  { body }: Part,
  x: number,
  y: number,
  velocity: Readonly<Matter.Vector> = { x: 0, y: 0 },
): void {
  body.position.x = x;
  body.position.y = y;
  Matter.Body.setVelocity(body, velocity);
}

/** Adds a speed in the next step; Matter.js counts forces over the square of its step. */
function push({ body }: Part, thrust: number): void {
  body.force.x += thrust * body.mass / (MATTER_STEP * MATTER_STEP);
}

/** Puts the corners where the place says and forgets how the last contacts were solved. */
function settle({ body, corners }: Part): void {
  const { vertices, position } = body;
  for (let i = 0; i < vertices.length; i++) {
    vertices[i].x = position.x + corners[2 * i];
    vertices[i].y = position.y + corners[2 * i + 1];
  }
  body.positionImpulse.x = body.positionImpulse.y = 0;
}
