import { type Car, CAR_INERTIA, CAR_MASS, CAR_MOMENT_Y, WHEEL_PINS } from "../car_racing/car.ts";
import {
  HULL_CENTRE_Y,
  HULL_POLYGONS,
  TIME_STEP,
  WHEEL_POLYGON,
  WHEEL_POSITIONS,
} from "../car_racing/constants.ts";
import { placeBody } from "../car_racing/hull.ts";
import { convexHull } from "../car_racing/polygons.ts";
import { RigidBody } from "./rigid_body.ts";

/** Where the whole car's centre of mass lies ahead of the hull's, u. */
const AHEAD = CAR_MOMENT_Y / CAR_MASS;
/** Where it lies in the hull's frame, u. */
const CENTRE_Y = HULL_CENTRE_Y + AHEAD;
/** Cars bounce off little, they crumple. */
const RESTITUTION = 0.2;
const FRICTION = 0.3;

/**
 * How far the outline's bow stands out from the front wing, u. Without it a car that meets a rail square on stays there
 * for ever: it has no reverse gear, and wheels that do not roll cannot turn it. A bow slips off to one side.
 */
const BOW = 0.3;
const FRONT = Math.max(...HULL_POLYGONS.flat());

/** What others run into: the convex hull of body and straight wheels, about the whole car's centre of mass, u. */
export const CAR_OUTLINE: Float64Array = convexHull(
  [
    ...HULL_POLYGONS.map((polygon) => ({ polygon, x: 0, y: 0 })),
    ...WHEEL_POSITIONS.map(([x, y]) => ({ polygon: WHEEL_POLYGON, x, y })),
    { polygon: [0, FRONT + BOW], x: 0, y: 0 },
  ].flatMap(({ polygon, x, y }) =>
    Array.from(
      { length: polygon.length / 2 },
      (_, i) => [x + polygon[2 * i], y + polygon[2 * i + 1] - CENTRE_Y] as const,
    )
  ),
);

/**
 * A {@link Car} as the one rigid body that it is while it collides. Its tyres, engine and joints stay CarRacing's: a
 * step takes its motion from the car before collisions and hands it back, changed, where something was hit.
 */
export class RigidCar extends RigidBody {
  /** The car itself. */
  readonly car: Car;

  /** For this car. */
  constructor(car: Car) {
    super({
      outline: CAR_OUTLINE,
      mass: CAR_MASS,
      inertia: CAR_INERTIA,
      restitution: RESTITUTION,
      friction: FRICTION,
    });
    this.car = car;
  }

  /** Takes pose and motion from the car, which has set off. */
  setOff(): void {
    const { hull, velocity, yawRate } = this.car;
    const cos = Math.cos(hull.angle);
    const sin = Math.sin(hull.angle);
    this.x = hull.x - sin * CENTRE_Y;
    this.y = hull.y + cos * CENTRE_Y;
    this.angle = hull.angle;
    this.vx = velocity.x - yawRate * cos * AHEAD;
    this.vy = velocity.y - yawRate * sin * AHEAD;
    this.turnRate = yawRate;
  }

  /** Puts the car, which is about to arrive, where the collisions have left it, with the motion that they left it. */
  deflect(): void {
    const { car, x, y, angle, vx, vy, turnRate } = this;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const hullX = x + sin * AHEAD;
    const hullY = y - cos * AHEAD;
    placeBody(car.body, { x: hullX, y: hullY, angle });
    car.yawRate = turnRate;
    car.velocity.x = vx + turnRate * cos * AHEAD;
    car.velocity.y = vy + turnRate * sin * AHEAD;
    car.wheels.forEach((wheel, i) => {
      const offsetX = cos * WHEEL_PINS[i].x - sin * WHEEL_PINS[i].y;
      const offsetY = sin * WHEEL_PINS[i].x + cos * WHEEL_PINS[i].y;
      wheel.vx = car.velocity.x - turnRate * offsetY;
      wheel.vy = car.velocity.y + turnRate * offsetX;
      wheel.turnRate = turnRate + wheel.jointRate;
      // One step before its place, as arriving moves it on by one.
      wheel.x = hullX + offsetX - TIME_STEP * wheel.vx;
      wheel.y = hullY + offsetY - TIME_STEP * wheel.vy;
      wheel.angle = angle + wheel.jointAngle - TIME_STEP * turnRate;
    });
  }
}
