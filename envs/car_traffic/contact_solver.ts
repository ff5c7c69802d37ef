import type { Contact, ContactPoint } from "./contact.ts";
import type { RigidBody } from "./rigid_body.ts";

/** Passes over all contacts; a chain of cars needs about as many as it has cars. */
const PASSES = 10;
/** Approaching speed below which nothing bounces, u/s; without it, bodies that lean on each other never rest. */
const BOUNCE_SPEED = 4;
/** Overlap that is left, so that bodies which lean on each other stay in touch, u. */
const SLOP = 0.01;
/** Share of the overlap that one pass takes back. */
const PUSH_APART = 0.6;
const PUSH_PASSES = 4;

/** The two coordinates along which a point is solved, and what its impulse is divided by. */
interface Axis {
  x: number;
  y: number;
  /** Speed that an impulse of 1 changes. */
  give: number;
}

/** A point of a contact, prepared. */
interface Row {
  contact: Contact;
  point: ContactPoint;
  normal: Axis;
  tangent: Axis;
  friction: number;
  /** Speed along the normal that it is to end with, u/s. */
  wanted: number;
}

/**
 * Resolves overlaps by impulses: each contact ends with the bodies parting at the speed that they bounce with, or at
 * none, and with the friction that Coulomb allows; then the bodies are moved apart, the lighter one farther.
 *
 * Impulses are equal and opposite at one point, so momentum is kept; they never pull. Nothing is remembered between
 * calls. (Erin Catto, "Iterative Dynamics with Temporal Coherence", 2005, without the coherence. Matter.js's own
 * resolver is not used: it bounces only above 2 units a step, which is 100 u/s here, its friction knows no load,
 * and it moves a cone and a car apart by the same distance.)
 */
export function resolveContacts(contacts: readonly Contact[]): void {
  const rows = contacts.flatMap((contact) => contact.points.map((point) => prepare(contact, point)));
  for (let pass = 0; pass < PASSES; pass++) {
    for (const row of rows) {
      solveFriction(row);
      solveNormal(row);
    }
  }
  pushApart(contacts);
}

function prepare(contact: Contact, point: ContactPoint): Row {
  const { a, b, normalX, normalY } = contact;
  const axis = (x: number, y: number): Axis => {
    const armA = point.ax * y - point.ay * x;
    const armB = point.bx * y - point.by * x;
    const give = a.inverseMass + b.inverseMass + a.inverseInertia * armA * armA +
      b.inverseInertia * armB * armB;
    return { x, y, give };
  };
  const normal = axis(normalX, normalY);
  const approach = -speedAlong(contact, point, normal);
  const restitution = Math.max(a.restitution, b.restitution);
  return {
    contact,
    point,
    normal,
    tangent: axis(-normalY, normalX),
    friction: Math.sqrt(a.friction * b.friction),
    wanted: approach > BOUNCE_SPEED ? restitution * approach : 0,
  };
}

function solveNormal({ contact, point, normal, wanted }: Row): void {
  const before = point.normalImpulse;
  const change = (wanted - speedAlong(contact, point, normal)) / normal.give;
  point.normalImpulse = Math.max(0, before + change);
  apply(contact, point, normal, point.normalImpulse - before);
}

function solveFriction({ contact, point, tangent, friction }: Row): void {
  const before = point.tangentImpulse;
  const most = friction * point.normalImpulse;
  const change = -speedAlong(contact, point, tangent) / tangent.give;
  point.tangentImpulse = Math.min(most, Math.max(-most, before + change));
  apply(contact, point, tangent, point.tangentImpulse - before);
}

/** How fast `a` leaves `b` at a point along an axis, u/s. */
function speedAlong({ a, b }: Contact, point: ContactPoint, axis: Axis): number {
  const x = a.vx - a.turnRate * point.ay - b.vx + b.turnRate * point.by;
  const y = a.vy + a.turnRate * point.ax - b.vy - b.turnRate * point.bx;
  return axis.x * x + axis.y * y;
}

function apply({ a, b }: Contact, point: ContactPoint, axis: Axis, impulse: number): void {
  a.push(impulse * axis.x, impulse * axis.y, point.ax, point.ay);
  b.push(-impulse * axis.x, -impulse * axis.y, point.bx, point.by);
}

/** Moves overlapping bodies apart, without a change of their motion. */
function pushApart(contacts: readonly Contact[]): void {
  const shifts = new Map<RigidBody, { x: number; y: number }>();
  for (const { a, b } of contacts) {
    shifts.set(a, { x: 0, y: 0 });
    shifts.set(b, { x: 0, y: 0 });
  }
  for (let pass = 0; pass < PUSH_PASSES; pass++) {
    for (const { a, b, normalX, normalY, depth } of contacts) {
      const give = a.inverseMass + b.inverseMass;
      const shiftA = shifts.get(a)!;
      const shiftB = shifts.get(b)!;
      const left = depth - normalX * (shiftA.x - shiftB.x) - normalY * (shiftA.y - shiftB.y) - SLOP;
      if (left <= 0) continue;
      const push = PUSH_APART * left / give;
      shiftA.x += push * a.inverseMass * normalX;
      shiftA.y += push * a.inverseMass * normalY;
      shiftB.x -= push * b.inverseMass * normalX;
      shiftB.y -= push * b.inverseMass * normalY;
    }
  }
  for (const [body, { x, y }] of shifts) {
    body.x += x;
    body.y += y;
  }
}
