import {
  BRAKE_LOCK,
  BRAKE_SPIN,
  ENGINE_POWER,
  GAS_RISE,
  GRASS_GRIP,
  HULL_INERTIA,
  ROAD_GRIP,
  SPIN_INERTIA,
  STEER_LIMIT,
  STEER_RATE,
  TIME_STEP,
  TYRE_STIFFNESS,
  WHEEL_INERTIA,
  WHEEL_MASS,
  WHEEL_RADIUS,
} from "./constants.ts";
import type { Pose, WheelView } from "./state.ts";

/** Box2D's joint motor takes this impulse to change the joint's rate by 1 rad/s. */
const MOTOR_INERTIA = 1 / (1 / HULL_INERTIA + 1 / WHEEL_INERTIA);
/** How often it tries in one step. */
const ITERATIONS = 180;
/** The motor's largest impulse: a torque of 64.8 for one step. */
const MOTOR_LIMIT = 64.8 * TIME_STEP;

/** Numbers that {@link Wheel.save} writes. */
export const WHEEL_STATE_SIZE = 16;

/** A wheel: a body on a steering joint, with an engine, a brake and a tyre. */
export class Wheel implements WheelView {
  x = 0;
  y = 0;
  angle = 0;
  omega = 0;
  phase = 0;
  jointAngle = 0;
  /** Velocity, u/s. */
  vx = 0;
  /** Velocity, u/s. */
  vy = 0;
  /** Turning rate of the body about its upright axis, rad/s. */
  turnRate = 0;
  /** Tiles that it touched at the last look; 0 is grass. */
  tiles = 0;
  /** Wanted joint angle, rad. */
  steer = 0;
  /** Gas, 0 .. 1. */
  gas = 0;
  /** Brake, 0 .. 1; locked from 0.9 on. */
  brake = 0;
  /** Largest force of the tyre on grass. */
  grassGrip: number = GRASS_GRIP;
  /** Rate of the steering joint in the coming step, rad/s. */
  jointRate = 0;
  /** The side on which the joint is limited in the coming step: 1 left, -1 right, 0 free. */
  limitSide = 0;
  #motorImpulse = 0;

  /** Writes all that its future depends on to `target[at ...]`, {@link WHEEL_STATE_SIZE} numbers. */
  save(target: Float64Array, at: number): void {
    const { x, y, angle, omega, phase, jointAngle, vx, vy, turnRate, tiles, steer, gas, brake } = this;
    target.set([x, y, angle, omega, phase, jointAngle, vx, vy, turnRate, tiles, steer, gas, brake], at);
    target.set([this.jointRate, this.limitSide, this.#motorImpulse], at + 13);
  }

  /** Reads what {@link Wheel.save} wrote. */
  restore(state: Float64Array): void {
    [this.x, this.y, this.angle, this.omega, this.phase, this.jointAngle, this.vx, this.vy] = state;
    [this.turnRate, this.tiles, this.steer, this.gas, this.brake, this.jointRate] = state.subarray(8);
    [this.limitSide, this.#motorImpulse] = state.subarray(14);
  }

  /** Puts the wheel somewhere, at rest and with fresh controls. */
  place(pose: Pose): void {
    Object.assign(this, { x: pose.x, y: pose.y, angle: pose.angle, omega: 0, phase: 0, jointAngle: 0 });
    Object.assign(this, { vx: 0, vy: 0, turnRate: 0, tiles: 0, steer: 0, gas: 0, brake: 0, jointRate: 0 });
    this.limitSide = this.#motorImpulse = 0;
  }

  /** Sets the gas, which rises by at most 0.1 a step and falls at once. */
  accelerate(gas: number): void {
    this.gas += Math.min(GAS_RISE, Math.min(1, Math.max(0, gas)) - this.gas);
  }

  /**
   * Sets {@link Wheel.jointRate} for the coming step. The limit counts only from the angle at the step's start;
   * there the motor winds up against it, and must unwind before it can turn the wheel back.
   *
   * @param yawRate The car's yaw rate after this step, which the joint makes the wheel share, rad/s.
   */
  turn(yawRate: number): void {
    const error = this.steer - this.jointAngle;
    const rate = Math.sign(error) * Math.min(50 * Math.abs(error), STEER_RATE);
    const side = Math.abs(this.jointAngle) < STEER_LIMIT ? 0 : Math.sign(this.jointAngle);
    this.limitSide = side;
    if (side === 0) {
      this.jointRate = rate;
      this.#motorImpulse = 0;
      return;
    }
    const impulse = Math.min(this.#motorImpulse + ITERATIONS * MOTOR_INERTIA * rate * side, MOTOR_LIMIT);
    const limitImpulse = impulse - WHEEL_INERTIA * (yawRate - this.turnRate) * side;
    // An unwinding that ends in the very last iterations turns the wheel by a part only.
    const back = Math.max(rate * side, limitImpulse / MOTOR_INERTIA);
    this.jointRate = side * Math.min(0, back);
    this.#motorImpulse = Math.max(0, impulse);
  }

  /** Engine, brake and tyre for one step: changes the spin, and the velocity by the tyre's force. */
  drive(): void {
    let omega = this.omega + TIME_STEP * ENGINE_POWER * this.gas / SPIN_INERTIA / (Math.abs(this.omega) + 5);
    if (this.brake >= BRAKE_LOCK) omega = 0;
    else if (this.brake > 0) omega -= Math.sign(omega) * Math.min(BRAKE_SPIN * this.brake, Math.abs(omega));
    this.phase += omega * TIME_STEP;

    const cos = Math.cos(this.angle);
    const sin = Math.sin(this.angle);
    const forward = -sin * this.vx + cos * this.vy;
    const sideways = cos * this.vx + sin * this.vy;
    let pull = TYRE_STIFFNESS * (omega * WHEEL_RADIUS - forward);
    let hold = TYRE_STIFFNESS * -sideways;
    const force = Math.sqrt(pull * pull + hold * hold);
    const grip = this.tiles > 0 ? ROAD_GRIP : this.grassGrip;
    if (force > grip) {
      pull *= grip / force;
      hold *= grip / force;
    }
    this.omega = omega - TIME_STEP * pull * WHEEL_RADIUS / SPIN_INERTIA;
    this.vx += TIME_STEP / WHEEL_MASS * (hold * cos - pull * sin);
    this.vy += TIME_STEP / WHEEL_MASS * (hold * sin + pull * cos);
  }
}
