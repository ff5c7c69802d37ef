/**
 * Lengths are in u (a Doom map unit, about 3 cm), times in steps of 1/35 s (a Doom tic). Sizes of the player, the
 * monsters (imps) and the way the player gathers and loses speed are Doom's (linuxdoom `info.c`, `p_user.c`, `p_mobj.c`);
 * the hall, the fireballs and the difficulty are this environment's own.
 *
 * Coordinates: x to the agent's right from the middle of the hall, depth away from the agent's line.
 *
 * @module
 */

/** From the middle of the hall to its side walls, u. */
export const HALL_HALF_WIDTH = 156;
/** Depth of the far wall, u. */
export const HALL_DEPTH = 352;
/** Height of the hall, u. */
export const HALL_HEIGHT = 128;

/** Half the side of the square that the agent is, u. */
export const AGENT_HALF_WIDTH = 16;
/** How far the agent gets from the middle, u. */
export const AGENT_REACH: number = HALL_HALF_WIDTH - AGENT_HALF_WIDTH;
/** Height of the eye, u. Doom's player has 41; a little more shows better how near a fireball is. */
export const EYE_HEIGHT = 48;
/** How far behind the agent's middle the eye is, u; Doom's is in the middle, where what passes beside does not show. */
export const EYE_BEHIND = 16;
/** What a walking agent gains in speed, u a step: 24 * 2048 / 65536. */
export const AGENT_THRUST = 0.75;
/** Share of the speed that everybody who walks loses in a step: 1 - 0xE800 / 0x10000; the agent's top speed is 8 u a step. */
export const FRICTION = 0.09375;

/** The most monsters there can be; each throws one fireball at a time. */
export const MOST_MONSTERS = 6;
/** Monsters at the start. */
export const FIRST_MONSTERS = 2;
/** Steps until there is one more. */
export const STEPS_PER_MONSTER = 260;
/** Steps in which a new monster comes up through the floor; it does nothing meanwhile. */
export const RISE_STEPS = 20;
/** Half the side of the square that a monster is, u. */
export const MONSTER_HALF_WIDTH = 20;
/** The line that the monsters walk on, u. */
export const MONSTER_DEPTH = 328;
/** What a walking monster gains in speed, u a step; its top speed is 1.2. */
export const MONSTER_THRUST = 0.1125;
/** Chance that a monster chooses a new way to walk, a step. */
export const TURN_CHANCE = 1 / 40;

/** Chance that a monster whose hands are free begins to throw, a step. */
export const THROW_CHANCE = 1 / 140;
/** Steps for which a fireball grows in a monster's hands. */
export const CHARGE_STEPS = 12;
/** Radius of a fireball, u. */
export const FIREBALL_RADIUS = 12;
/** Height at which fireballs are thrown and fly, u. */
export const FIREBALL_HEIGHT = 32;
/** Where fireballs begin, u. */
export const THROW_DEPTH: number = MONSTER_DEPTH - MONSTER_HALF_WIDTH - FIREBALL_RADIUS;
/** Speed of a fireball, u a step. */
export const FIREBALL_SPEED = 8;
/** A throw misses its aim by up to this much to either side, u. */
export const AIM_ERROR = 60;
/** Depth at which a fireball that missed is gone, u: well behind the agent. */
export const BEHIND = -40;
