import { TIME_STEP } from "../car_racing/constants.ts";
import { RigidBody } from "./rigid_body.ts";

/** Half a side of a cone's square foot, u. */
export const CONE_RADIUS = 0.5;
/** A cone weighs a fiftieth of a car. */
const MASS = 0.15;
/** Of a disc. */
const INERTIA = 0.5 * MASS * CONE_RADIUS ** 2;
/** Deceleration of a cone that slides, u/s^2: half the grip that a car's tyres have. */
const DRAG = 110;
/** And of its turning, rad/s^2. */
const TURN_DRAG = 60;
/** Fastest that a cone goes, u/s: cars, which have the same limit, would otherwise shoot it through everything. */
const TOP_SPEED = 100;
/** From this speed on a cone that is hit falls over, u/s. */
const FALL_SPEED = 3;
const CORNERS = 8;

/** Numbers that {@link Cone.save} writes. */
export const CONE_STATE_SIZE = 7;

/** A traffic cone: it stands until something hits it, then it flies, slides and lies. */
export class Cone extends RigidBody {
  /** Whether it lies on its side, its tip ahead of its angle. */
  fallen = false;

  /** A cone that stands at the origin. */
  constructor() {
    super({ outline: ring(CONE_RADIUS), mass: MASS, inertia: INERTIA, restitution: 0.4, friction: 0.4 });
  }

  /** Whether nothing moves it and it need not be looked at. */
  get atRest(): boolean {
    return this.vx === 0 && this.vy === 0 && this.turnRate === 0;
  }

  /** One step of sliding over the ground. */
  slide(): void {
    const speed = Math.hypot(this.vx, this.vy);
    if (speed > FALL_SPEED) this.fallen = true;
    const next = Math.min(TOP_SPEED, Math.max(0, speed - TIME_STEP * DRAG));
    this.vx *= speed > 0 ? next / speed : 0;
    this.vy *= speed > 0 ? next / speed : 0;
    const turn = Math.max(0, Math.abs(this.turnRate) - TIME_STEP * TURN_DRAG);
    this.turnRate = Math.sign(this.turnRate) * turn;
  }

  /** Writes all that its future depends on to `target[at ...]`, {@link CONE_STATE_SIZE} numbers. */
  save(target: Float64Array, at: number): void {
    const { x, y, angle, vx, vy, turnRate, fallen } = this;
    target.set([x, y, angle, vx, vy, turnRate, Number(fallen)], at);
  }

  /** Reads what {@link Cone.save} wrote. */
  restore(state: Float64Array): void {
    [this.x, this.y, this.angle, this.vx, this.vy, this.turnRate] = state;
    this.fallen = state[6] !== 0;
  }
}

/** A regular polygon. */
function ring(radius: number): number[] {
  return Array.from({ length: CORNERS }, (_, i) => {
    const angle = 2 * Math.PI * (i + 0.5) / CORNERS;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }).flat();
}
