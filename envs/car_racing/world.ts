// @ts-types="npm:@types/matter-js@0.20.2"
import Matter from "matter-js";
import { HULL_INERTIA, HULL_MASS, HULL_POLYGONS, type Polygon } from "./constants.ts";
import type { Pose } from "./state.ts";

/** Length of a Matter.js step at which its velocities are displacements of one step, ms. */
const MATTER_STEP = 1000 / 60;

/** The body of a car's hull in a {@link World}. */
export type HullBody = Matter.Body;

/**
 * The Matter.js world that the cars of an environment live in, without gravity. One of its steps stands for one
 * step of the simulation; lengths are in u, velocities in u (and rad) a step.
 */
export class World {
  readonly #engine = Matter.Engine.create({ gravity: { x: 0, y: 0, scale: 0 } });

  /** Adds the hull of a car: four convex parts, Box2D's mass and inertia, no drag. */
  addHull(): HullBody {
    const body = Matter.Body.create({ parts: HULL_POLYGONS.map(part), frictionAir: 0 });
    Matter.Body.setMass(body, HULL_MASS);
    Matter.Body.setInertia(body, HULL_INERTIA);
    Matter.Composite.add(this.#engine.world, body);
    return body;
  }

  /** Moves every body by its velocity. */
  step(): void {
    Matter.Engine.update(this.#engine, MATTER_STEP);
  }

  /** Takes all bodies out. */
  clear(): void {
    Matter.Composite.clear(this.#engine.world, false);
    Matter.Engine.clear(this.#engine);
  }
}

/** Puts a body's centre of mass somewhere; its velocity stays. */
export function placeBody(body: HullBody, pose: Pose): void {
  Matter.Body.setPosition(body, pose);
  Matter.Body.setAngle(body, pose.angle);
}

/** Sets how far a body moves in the next step, u and rad. */
export function setBodyVelocity(body: HullBody, velocity: Pose): void {
  Matter.Body.setVelocity(body, velocity);
  Matter.Body.setAngularVelocity(body, velocity.angle);
}

function part(polygon: Polygon): Matter.Body {
  const points = Array.from(
    { length: polygon.length / 2 },
    (_, i) => ({ x: polygon[2 * i], y: polygon[2 * i + 1] }),
  );
  const position = Matter.Vertices.centre(points as Matter.Vertex[]);
  return Matter.Body.create({ position, vertices: Matter.Vertices.clockwiseSort(points as Matter.Vertex[]) });
}
