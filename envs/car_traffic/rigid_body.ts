// @ts-types="npm:@types/matter-js@0.20.2"
import Matter from "matter-js";
import type { Pose } from "../car_racing/state.ts";

/** What a {@link RigidBody} is made of. */
export interface RigidBodyOptions {
  /** Corners about the centre of mass, convex and anticlockwise, `[x0, y0, x1, y1, ...]`, u. */
  outline: ArrayLike<number>;
  /** Mass; `Infinity`, the default, for what nothing moves. */
  mass?: number;
  /** Moment of inertia about the centre of mass. @default `Infinity` */
  inertia?: number;
  /** Share of the approaching speed that it bounces off with, 0 .. 1. */
  restitution: number;
  /** Friction coefficient of its sides. */
  friction: number;
}

/** A rigid body in the plane: place and motion of its centre of mass, and an outline that Matter.js collides. */
export class RigidBody implements Pose {
  /** Place of the centre of mass, u. */
  x = 0;
  /** Place of the centre of mass, u. */
  y = 0;
  /** Rotation, rad, anticlockwise. */
  angle = 0;
  /** Velocity of the centre of mass, u/s. */
  vx = 0;
  /** Velocity of the centre of mass, u/s. */
  vy = 0;
  /** Turning rate, rad/s. */
  turnRate = 0;
  /** 1 / mass; 0 for what nothing moves. */
  readonly inverseMass: number;
  /** 1 / moment of inertia. */
  readonly inverseInertia: number;
  /** See {@link RigidBodyOptions.restitution}. */
  readonly restitution: number;
  /** See {@link RigidBodyOptions.friction}. */
  readonly friction: number;
  /** No corner is farther from the centre of mass, u. */
  readonly reach: number;
  readonly #outline: Float64Array;
  readonly #normals: readonly Matter.Vector[];
  readonly #shape: Matter.Body;

  /** A body at rest at the origin. */
  constructor({ outline, mass = Infinity, inertia = Infinity, restitution, friction }: RigidBodyOptions) {
    this.#outline = Float64Array.from(outline);
    this.inverseMass = 1 / mass;
    this.inverseInertia = 1 / inertia;
    this.restitution = restitution;
    this.friction = friction;
    const corners = Array.from({ length: outline.length / 2 }, (_, i) => ({
      x: outline[2 * i],
      y: outline[2 * i + 1],
    }));
    this.reach = Math.max(...corners.map(({ x, y }) => Math.hypot(x, y)));
    this.#shape = Matter.Body.create({ vertices: corners });
    this.#normals = this.#shape.axes.map(({ x, y }) => ({ x, y }));
    this.#setShape();
  }

  /** Puts the body somewhere, at rest. */
  place({ x, y, angle }: Pose): void {
    this.x = x;
    this.y = y;
    this.angle = angle;
    this.vx = this.vy = this.turnRate = 0;
  }

  /** Moves by its velocity for some seconds. */
  advance(seconds: number): void {
    this.x += seconds * this.vx;
    this.y += seconds * this.vy;
    this.angle += seconds * this.turnRate;
  }

  /** Changes the motion by an impulse at an offset from the centre of mass. */
  push(impulseX: number, impulseY: number, offsetX: number, offsetY: number): void {
    this.vx += this.inverseMass * impulseX;
    this.vy += this.inverseMass * impulseY;
    this.turnRate += this.inverseInertia * (offsetX * impulseY - offsetY * impulseX);
  }

  /** The outline where the body is now, as Matter.js wants it. */
  get shape(): Matter.Body {
    const { position, angle } = this.#shape;
    if (position.x !== this.x || position.y !== this.y || angle !== this.angle) this.#setShape();
    return this.#shape;
  }

  /**
   * Writes the shape from the pose alone. Matter.js moves corners little by little, so that their last bits tell where
   * a body has been, and a saved state would have to hold them all.
   */
  #setShape(): void {
    const shape = this.#shape;
    const cos = Math.cos(this.angle);
    const sin = Math.sin(this.angle);
    shape.vertices.forEach((vertex, i) => {
      const x = this.#outline[2 * i];
      const y = this.#outline[2 * i + 1];
      vertex.x = this.x + cos * x - sin * y;
      vertex.y = this.y + sin * x + cos * y;
    });
    shape.axes.forEach((axis, i) => {
      const { x, y } = this.#normals[i];
      axis.x = cos * x - sin * y;
      axis.y = sin * x + cos * y;
    });
    shape.position.x = this.x;
    shape.position.y = this.y;
    shape.angle = this.angle;
  }
}
