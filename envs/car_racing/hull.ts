// @ts-types="npm:@types/matter-js@0.20.2"
import Matter from "matter-js";
import { HULL_INERTIA, HULL_MASS, HULL_POLYGONS, type Polygon } from "./constants.ts";
import type { Pose } from "./state.ts";

/** The Matter.js body of a car's hull. */
export type HullBody = Matter.Body;

/** A hull at the origin: four convex parts, Box2D's mass and inertia, no drag. */
export function createHull(): HullBody {
  const body = Matter.Body.create({ parts: HULL_POLYGONS.map(part), frictionAir: 0 });
  Matter.Body.setMass(body, HULL_MASS);
  Matter.Body.setInertia(body, HULL_INERTIA);
  return body;
}

/** Puts a body's centre of mass somewhere; its velocity stays. */
export function placeBody(body: HullBody, pose: Pose): void {
  Matter.Body.setPosition(body, pose);
  Matter.Body.setAngle(body, pose.angle);
  // Matter.js adds the difference, which rounds; where a body goes must not depend on where it was before.
  body.position.x = pose.x;
  body.position.y = pose.y;
  body.angle = pose.angle;
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
