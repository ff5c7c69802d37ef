import {
  HULL_CENTRE_Y,
  HULL_INERTIA,
  HULL_MASS,
  STEER_LIMIT,
  TIME_STEP,
  WHEEL_INERTIA,
  WHEEL_MASS,
  WHEEL_POSITIONS,
} from "./constants.ts";
import { createHull, type HullBody, placeBody, setBodyVelocity } from "./hull.ts";
import type { Pose } from "./state.ts";
import { Wheel, WHEEL_STATE_SIZE } from "./wheel.ts";

/** Farthest that a body moves in one step, u (Box2D's limit, 100 u/s). */
const FARTHEST = 2;
/** Pin error that position correction leaves alone, u. */
const PIN_SLOP = 0.005;
/** Angle beyond the steering limit that position correction leaves alone, and the most it takes back at once. */
const ANGLE_SLOP = 2 * Math.PI / 180;
const ANGLE_CORRECTION = 8 * Math.PI / 180;
const CORRECTION_PASSES = 60;

/** The wheels' pins from the hull's centre of mass, in the hull's frame. */
const PINS = WHEEL_POSITIONS.map(([x, y]) => ({ x, y: y - HULL_CENTRE_Y }));
/** The whole car as one rigid body: mass, first moment along the hull's y axis, inertia about its own centre. */
const MASS = HULL_MASS + 4 * WHEEL_MASS;
const MOMENT_Y = WHEEL_MASS * PINS.reduce((sum, pin) => sum + pin.y, 0);
const INERTIA_ABOUT_CENTRE = HULL_INERTIA + 4 * WHEEL_INERTIA +
  WHEEL_MASS * PINS.reduce((sum, pin) => sum + pin.x ** 2 + pin.y ** 2, 0) - MOMENT_Y ** 2 / MASS;

export {
  INERTIA_ABOUT_CENTRE as CAR_INERTIA,
  MASS as CAR_MASS,
  MOMENT_Y as CAR_MOMENT_Y,
  PINS as WHEEL_PINS,
};

/** Numbers that {@link Car.save} writes. */
export const CAR_STATE_SIZE: number = 6 + 4 * WHEEL_STATE_SIZE;

/**
 * CarRacing's car: a hull, which is a Matter.js body, and four wheels on pins.
 *
 * Box2D solves the pins by 180 iterations a step; here they are solved exactly, as momentum demands of a rigid car,
 * and Box2D's correction of positions, which does show, is done as there.
 */
export class Car {
  /** Pose of the hull's origin. */
  readonly hull: Pose = { x: 0, y: 0, angle: 0 };
  /** Velocity of the hull's centre of mass, u/s. */
  readonly velocity: { x: number; y: number } = { x: 0, y: 0 };
  /** Yaw rate of the hull, rad/s. */
  yawRate = 0;
  /** Front left, front right, rear left, rear right. */
  readonly wheels: readonly Wheel[] = WHEEL_POSITIONS.map(() => new Wheel());
  /** The hull in the Matter.js world; its position is the centre of mass. */
  readonly body: HullBody = createHull();
  /** Pose of the hull's centre of mass. */
  readonly #centre: Pose = { x: 0, y: 0, angle: 0 };
  readonly #motion: Pose = { x: 0, y: 0, angle: 0 };

  /**
   * Puts the car somewhere at rest. The wheels start where they would sit if the car headed along the y axis, as in
   * Gymnasium; the first step pulls them in.
   */
  place(pose: Pose): void {
    const centre = this.#centre;
    centre.x = Math.fround(pose.x - Math.sin(pose.angle) * HULL_CENTRE_Y);
    centre.y = Math.fround(pose.y + Math.cos(pose.angle) * HULL_CENTRE_Y);
    centre.angle = Math.fround(pose.angle);
    this.velocity.x = this.velocity.y = this.yawRate = 0;
    this.wheels.forEach((wheel, i) => {
      const [x, y] = WHEEL_POSITIONS[i];
      wheel.place({
        x: Math.fround(pose.x + x),
        y: Math.fround(pose.y + y),
        angle: Math.fround(pose.angle),
      });
    });
    this.#settle();
  }

  /** All that its future depends on, `[CAR_STATE_SIZE]`: pose, velocity and yaw rate of the hull's centre, the wheels. */
  save(): Float64Array {
    const { velocity, wheels } = this;
    const { x, y, angle } = this.#centre;
    const state = new Float64Array(CAR_STATE_SIZE);
    state.set([x, y, angle, velocity.x, velocity.y, this.yawRate]);
    wheels.forEach((wheel, i) => wheel.save(state, 6 + i * WHEEL_STATE_SIZE));
    return state;
  }

  /** Reads what {@link Car.save} wrote. */
  restore(state: Float64Array): void {
    const { velocity, wheels } = this;
    [this.#centre.x, this.#centre.y, this.#centre.angle, velocity.x, velocity.y, this.yawRate] = state;
    wheels.forEach((wheel, i) => wheel.restore(state.subarray(6 + i * WHEEL_STATE_SIZE)));
    this.#settle();
  }

  /**
   * Sets the controls.
   *
   * @param steer Wanted angle of the front wheels, rad, positive to the left.
   * @param gas 0 .. 1, clipped; it rises by at most 0.1 a step.
   * @param brake 0 .. 1; from 0.9 on the wheels are locked.
   */
  control(steer: number, gas: number, brake: number): void {
    const [frontLeft, frontRight, rearLeft, rearRight] = this.wheels;
    frontLeft.steer = frontRight.steer = steer;
    rearLeft.accelerate(gas);
    rearRight.accelerate(gas);
    for (const wheel of this.wheels) wheel.brake = brake;
  }

  /** Engines, brakes and tyres of one step, on the ground that the wheels touched at the last look. */
  drive(): void {
    for (let i = 0; i < 4; i++) this.wheels[i].drive();
  }

  /** Sets the velocities of a step; the world then moves the hull. */
  setOff(): void {
    this.#join();
    const motion = this.#motion;
    motion.x = TIME_STEP * this.velocity.x;
    motion.y = TIME_STEP * this.velocity.y;
    motion.angle = TIME_STEP * this.yawRate;
    setBodyVelocity(this.body, motion);
  }

  /** Ends a step that the world has moved the hull in: the wheels follow, the pins are pulled together. */
  arrive(): void {
    // Box2D stores poses in single precision, which shows after some hundred steps.
    this.#centre.x = Math.fround(this.body.position.x);
    this.#centre.y = Math.fround(this.body.position.y);
    this.#centre.angle = Math.fround(this.body.angle);
    for (let i = 0; i < 4; i++) {
      const wheel = this.wheels[i];
      wheel.x = Math.fround(wheel.x + TIME_STEP * wheel.vx);
      wheel.y = Math.fround(wheel.y + TIME_STEP * wheel.vy);
      wheel.angle = Math.fround(wheel.angle + TIME_STEP * wheel.turnRate);
    }
    for (let pass = 0; pass < CORRECTION_PASSES && !this.#correct(); pass++);
    this.#settle();
  }

  /** Gives hull and wheels the velocities of one rigid car with their linear and angular momentum. */
  #join(): void {
    const cos = Math.cos(this.#centre.angle);
    const sin = Math.sin(this.#centre.angle);
    let px = HULL_MASS * this.velocity.x;
    let py = HULL_MASS * this.velocity.y;
    let spin = HULL_INERTIA * this.yawRate;
    for (let i = 0; i < 4; i++) {
      const wheel = this.wheels[i];
      const pin = PINS[i];
      const rx = cos * pin.x - sin * pin.y;
      const ry = sin * pin.x + cos * pin.y;
      px += WHEEL_MASS * wheel.vx;
      py += WHEEL_MASS * wheel.vy;
      spin += WHEEL_MASS * (rx * wheel.vy - ry * wheel.vx);
      spin += WHEEL_INERTIA * wheel.turnRate;
    }
    const sx = -sin * MOMENT_Y;
    const sy = cos * MOMENT_Y;
    let yawRate = (spin - (sx * py - sy * px) / MASS) / INERTIA_ABOUT_CENTRE;
    const straight = yawRate;
    for (let i = 0; i < 4; i++) {
      this.wheels[i].turn(straight);
      yawRate -= WHEEL_INERTIA * this.wheels[i].jointRate / INERTIA_ABOUT_CENTRE;
    }
    const vx = (px + yawRate * sy) / MASS;
    const vy = (py - yawRate * sx) / MASS;
    this.yawRate = yawRate;
    const scale = speedLimit(vx, vy);
    this.velocity.x = scale * vx;
    this.velocity.y = scale * vy;
    for (let i = 0; i < 4; i++) {
      const wheel = this.wheels[i];
      const pin = PINS[i];
      const wx = vx - yawRate * (sin * pin.x + cos * pin.y);
      const wy = vy + yawRate * (cos * pin.x - sin * pin.y);
      const scale = speedLimit(wx, wy);
      wheel.vx = scale * wx;
      wheel.vy = scale * wy;
      wheel.turnRate = yawRate + wheel.jointRate;
    }
  }

  /** One of Box2D's passes over the joints, the last first; whether all of them were in place before it. */
  #correct(): boolean {
    const centre = this.#centre;
    let inPlace = true;
    for (let i = 3; i >= 0; i--) {
      const wheel = this.wheels[i];
      // Box2D does not notice a joint that passed the limit in this very step.
      const excess = wheel.limitSide * (wheel.angle - centre.angle) - STEER_LIMIT - ANGLE_SLOP;
      if (excess > 0) {
        inPlace = false;
        const impulse = wheel.limitSide * Math.min(excess, ANGLE_CORRECTION) /
          (1 / HULL_INERTIA + 1 / WHEEL_INERTIA);
        centre.angle = Math.fround(centre.angle + impulse / HULL_INERTIA);
        wheel.angle = Math.fround(wheel.angle - impulse / WHEEL_INERTIA);
      }
      const cos = Math.cos(centre.angle);
      const sin = Math.sin(centre.angle);
      const rx = cos * PINS[i].x - sin * PINS[i].y;
      const ry = sin * PINS[i].x + cos * PINS[i].y;
      const errorX = wheel.x - centre.x - rx;
      const errorY = wheel.y - centre.y - ry;
      if (errorX * errorX + errorY * errorY > PIN_SLOP ** 2) inPlace = false;
      const free = 1 / HULL_MASS + 1 / WHEEL_MASS;
      const kxx = free + ry * ry / HULL_INERTIA;
      const kxy = -rx * ry / HULL_INERTIA;
      const kyy = free + rx * rx / HULL_INERTIA;
      const determinant = kxx * kyy - kxy * kxy;
      const pushX = (kyy * errorX - kxy * errorY) / determinant;
      const pushY = (kxx * errorY - kxy * errorX) / determinant;
      centre.x = Math.fround(centre.x + pushX / HULL_MASS);
      centre.y = Math.fround(centre.y + pushY / HULL_MASS);
      centre.angle = Math.fround(centre.angle + (rx * pushY - ry * pushX) / HULL_INERTIA);
      wheel.x = Math.fround(wheel.x - pushX / WHEEL_MASS);
      wheel.y = Math.fround(wheel.y - pushY / WHEEL_MASS);
    }
    return inPlace;
  }

  /** Tells the new pose of the centre of mass to all who show it. */
  #settle(): void {
    const { hull } = this;
    const { x, y, angle } = this.#centre;
    placeBody(this.body, this.#centre);
    hull.x = x + Math.sin(angle) * HULL_CENTRE_Y;
    hull.y = y - Math.cos(angle) * HULL_CENTRE_Y;
    hull.angle = angle;
    for (let i = 0; i < 4; i++) this.wheels[i].jointAngle = this.wheels[i].angle - angle;
  }
}

/** What a velocity is multiplied by so that a body does not move farther than Box2D lets it. */
function speedLimit(vx: number, vy: number): number {
  const distance = TIME_STEP * Math.sqrt(vx * vx + vy * vy);
  return distance > FARTHEST ? FARTHEST / distance : 1;
}
