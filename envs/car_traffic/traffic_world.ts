// @ts-types="npm:@types/matter-js@0.20.2"
import Matter from "matter-js";
import { TIME_STEP } from "../car_racing/constants.ts";
import { TileIndex } from "../car_racing/tile_index.ts";
import type { Cone } from "./cone.ts";
import { type Contact, findContact } from "./contact.ts";
import { resolveContacts } from "./contact_solver.ts";
import type { Rail } from "./rails.ts";
import { RigidBody } from "./rigid_body.ts";
import { CAR_OUTLINE, type RigidCar } from "./rigid_car.ts";

/** Length of a Matter.js step at which its velocities are displacements of one step, ms. */
const MATTER_STEP = 1000 / 60;
/** Parts of a step between which collisions are looked for: at 100 u/s a car moves half a unit in one. */
const PARTS = 4;
/** A contact whose normal lies along the road by more than this share presses on a rail's end. */
const END_SHARE = 0.7;
/** How far around it a body looks for rails, u. */
const RAIL_REACH = Math.max(...CAR_OUTLINE.map(Math.abs)) * Math.SQRT2 + 0.5;

/** What a car has run into in one step. */
export interface Collisions {
  /** Another car. */
  car: boolean;
  /** A guard rail. */
  rail: boolean;
  /** A cone. */
  cone: boolean;
  /** How much the car's velocity changed through it, u/s. */
  impact: number;
}

/** Cars, cones and guard rails that run into each other. One step is CarRacing's, 0.02 s. */
export class TrafficWorld {
  /** The cars that are on the track. */
  readonly cars: RigidCar[] = [];
  readonly #cones: readonly Cone[];
  readonly #rails: readonly Rail[];
  readonly #railBodies: readonly RigidBody[];
  readonly #railIndex: TileIndex;

  /** A world with these obstacles, and no car yet. */
  constructor(rails: readonly Rail[], cones: readonly Cone[]) {
    this.#rails = rails;
    this.#cones = cones;
    this.#railBodies = rails.map(({ quad }) => railBody(quad));
    this.#railIndex = new TileIndex(rails.map(({ quad }) => quad), RAIL_REACH);
  }

  /**
   * Moves everything by one step. A car that touches nothing moves as CarRacing's does, to the bit.
   *
   * @returns What each of {@link TrafficWorld.cars} has run into.
   */
  step(): Collisions[] {
    const collisions = this.cars.map(() => ({ car: false, rail: false, cone: false, impact: 0 }));
    for (const rigid of this.cars) {
      rigid.car.setOff();
      rigid.setOff();
    }
    for (let part = 0; part < PARTS; part++) {
      for (const car of this.cars) car.advance(TIME_STEP / PARTS);
      for (const cone of this.#cones) if (!cone.atRest) cone.advance(TIME_STEP / PARTS);
      const contacts = this.#findContacts(collisions);
      if (contacts.length > 0) resolveContacts(contacts);
    }
    this.cars.forEach((rigid, i) => {
      const { car, rail, cone } = collisions[i];
      Matter.Body.update(rigid.car.body, MATTER_STEP, 1, 1);
      if (car || rail || cone) {
        const { velocity } = rigid.car;
        const before = { x: velocity.x, y: velocity.y };
        rigid.deflect();
        collisions[i].impact = Math.hypot(velocity.x - before.x, velocity.y - before.y);
      }
      rigid.car.arrive();
    });
    for (const cone of this.#cones) if (!cone.atRest) cone.slide();
    return collisions;
  }

  /** All overlaps of this moment, in a fixed order. */
  #findContacts(collisions: Collisions[]): Contact[] {
    const { cars } = this;
    const contacts: Contact[] = [];
    const add = (a: RigidBody, b: RigidBody): boolean => {
      const contact = findContact(a, b);
      if (contact) contacts.push(contact);
      return contact !== undefined;
    };
    for (let i = 0; i < cars.length; i++) {
      for (let j = i + 1; j < cars.length; j++) {
        if (add(cars[i], cars[j])) collisions[i].car = collisions[j].car = true;
      }
      for (const cone of this.#cones) if (add(cars[i], cone)) collisions[i].cone = true;
      if (this.#addRails(cars[i], contacts)) collisions[i].rail = true;
    }
    for (let i = 0; i < this.#cones.length; i++) {
      const cone = this.#cones[i];
      for (let j = 0; j < this.#cones.length; j++) {
        const other = this.#cones[j];
        // Of two that move, the later one looks.
        if (i !== j && !cone.atRest && (other.atRest || j < i)) add(cone, other);
      }
      if (!cone.atRest) this.#addRails(cone, contacts);
    }
    return contacts;
  }

  /** Adds a body's contacts with rails; whether there are any. */
  #addRails(body: RigidBody, contacts: Contact[]): boolean {
    const { begin, tiles } = this.#railIndex;
    const cell = this.#railIndex.cellOf(body.x, body.y);
    const before = contacts.length;
    for (let k = begin[cell]; k < begin[cell + 1]; k++) {
      const rail = tiles[k];
      if (this.#railIndex.gap(rail, body.x, body.y) > body.reach) continue;
      const contact = findContact(body, this.#railBodies[rail]);
      // Where one stretch goes over into the next there is no end to be caught at.
      if (contact && !pressesOnJoint(contact, this.#rails[rail])) contacts.push(contact);
    }
    return contacts.length > before;
  }
}

function pressesOnJoint({ normalX, normalY }: Contact, rail: Rail): boolean {
  const along = normalX * rail.alongX + normalY * rail.alongY;
  return along > END_SHARE ? rail.joinedBehind : along < -END_SHARE && rail.joinedBefore;
}

/** A stretch of rail as a body that nothing moves. */
function railBody(quad: Float64Array): RigidBody {
  const corners = quad.length / 2;
  let x = 0;
  let y = 0;
  for (let i = 0; i < corners; i++) {
    x += quad[2 * i] / corners;
    y += quad[2 * i + 1] / corners;
  }
  const outline = quad.map((value, i) => value - (i % 2 === 0 ? x : y));
  const body = new RigidBody({ outline, restitution: 0.25, friction: 0.15 });
  body.place({ x, y, angle: 0 });
  return body;
}
