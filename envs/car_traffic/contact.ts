// @ts-types="npm:@types/matter-js@0.20.2"
import Matter from "matter-js";
import type { RigidBody } from "./rigid_body.ts";

/** A point where two bodies push each other. */
export interface ContactPoint {
  /** From `a`'s centre of mass, u. */
  ax: number;
  ay: number;
  /** From `b`'s centre of mass, u. */
  bx: number;
  by: number;
  /** What the solver has pushed here so far, along the normal (>= 0) and across it. */
  normalImpulse: number;
  tangentImpulse: number;
}

/** Two bodies that overlap. */
export interface Contact {
  a: RigidBody;
  b: RigidBody;
  /** Unit vector along which `a` has to leave `b`. */
  normalX: number;
  normalY: number;
  /** How deep they overlap, u. */
  depth: number;
  /** One or two. */
  points: ContactPoint[];
}

/** The fields of Matter.js's collision that its types lack. */
type Collision = Matter.Collision & { supportCount: number };

/** Whether, and how, two bodies overlap where they are: Matter.js's test of separating axes. */
export function findContact(a: RigidBody, b: RigidBody): Contact | undefined {
  const reach = a.reach + b.reach;
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  if (dx * dx + dy * dy > reach * reach) return undefined;
  const shape = a.shape;
  const collision = Matter.Collision.collides(shape, b.shape) as Collision | null;
  if (!collision) return undefined;
  // Matter.js orders the two by its ids, which count up over a whole process.
  const sign = collision.bodyA === shape ? 1 : -1;
  return {
    a,
    b,
    normalX: sign * collision.normal.x,
    normalY: sign * collision.normal.y,
    depth: collision.depth,
    points: collision.supports.slice(0, collision.supportCount).map(({ x, y }) => ({
      ax: x - a.x,
      ay: y - a.y,
      bx: x - b.x,
      by: y - b.y,
      normalImpulse: 0,
      tangentImpulse: 0,
    })),
  };
}
