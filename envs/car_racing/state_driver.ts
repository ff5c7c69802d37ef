import type { PursuitDriverOptions } from "./pursuit_driver.ts";
import { ROAD_NUMBERS, ROAD_POINTS, ROAD_SPACING, ROAD_START, STATE_SCALES } from "./state_vector.ts";

/** How far ahead it aims: a distance and a time, u and s. */
const AIM_DISTANCE = 10;
const AIM_TIME = 0.2;
/** How far ahead it looks for bends, u. */
const SIGHT = 60;
/** Deceleration that it counts on before a bend, u/s^2. */
const BRAKING = 158;

/**
 * The pursuit driver's rules on nothing but the numbers of a {@link StateVector}: a policy for `observation: "state"`,
 * and a teacher for agents that see pixels. It keeps nothing in mind between steps.
 */
export class StateDriver {
  readonly #topSpeed: number;
  readonly #grip: number;

  /** Sets what it dares. */
  constructor(options: PursuitDriverOptions = {}) {
    this.#topSpeed = options.topSpeed ?? 75;
    this.#grip = options.grip ?? 208;
  }

  /** `[steer, gas, brake]` for a vector `[47]`. */
  act(vector: Float32Array): Float32Array {
    const speed = STATE_SCALES.speed * Math.hypot(vector[0], vector[1]);
    const [right, forward] = aim(vector, AIM_DISTANCE + AIM_TIME * speed);
    const steer = 1.33 * Math.atan2(right, forward) + 0.05 * STATE_SCALES.yawRate * vector[2];

    const excess = speed - this.#allowedSpeed(vector);
    // Gas and steering share the rear tyres' grip.
    const gas = excess < 0 ? Math.min(1, -1.5 * excess) * (1 - Math.min(1, Math.abs(steer))) : 0;
    const brake = excess > 0 ? Math.min(0.8, 0.021 * excess) : 0;
    return Float32Array.of(Math.min(1, Math.max(-1, steer)), gas, brake);
  }

  /** The fastest speed from which it can still slow down for every bend in sight. */
  #allowedSpeed(vector: Float32Array): number {
    let allowed = this.#topSpeed;
    for (let k = 0; k * ROAD_SPACING < SIGHT; k++) {
      // The turn over two stretches, since one alone says little of a bend.
      const bend = (at: number) => STATE_SCALES.bend * vector[ROAD_START + at * ROAD_NUMBERS + 2];
      const turn = Math.abs(bend(k) + bend(k + 1));
      const bendSquared = this.#grip * 2 * ROAD_SPACING / Math.max(turn, 1e-6);
      allowed = Math.min(allowed, Math.sqrt(bendSquared + 2 * BRAKING * k * ROAD_SPACING));
    }
    return allowed;
  }
}

/** The road's middle at a distance ahead, between two of the vector's places: right and forwards. */
function aim(vector: Float32Array, distance: number): [number, number] {
  const at = Math.min(distance / ROAD_SPACING - 1, ROAD_POINTS - 1);
  const k = Math.min(Math.floor(at), ROAD_POINTS - 2);
  const share = at - k;
  const i = ROAD_START + k * ROAD_NUMBERS;
  const between = (j: number) => vector[j] + share * (vector[j + ROAD_NUMBERS] - vector[j]);
  return [between(i), between(i + 1)];
}
