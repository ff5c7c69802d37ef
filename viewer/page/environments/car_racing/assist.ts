import type { Env, Observation } from "../../../../envs/env.ts";
import type { Hands } from "../../../../envs/env_spec.ts";
import type { CarRacing } from "../../../../envs/car_racing/car_racing.ts";
import type { Assistance } from "../environment_view.ts";

/** Joint angle at which the car's steering ends, rad: an action beyond asks for more than it can do. */
const FULL_LOCK = 0.4;
/** Speed beyond which the assistance gives no gas, u/s, and how far below it begins to give less. */
const ASSIST_SPEED = 62;
const ASSIST_FADE = 18;
const ASSIST_GAS = 0.5;
/** From 0.9 on the wheels lock, and a car with locked wheels does not steer. */
const ASSIST_BRAKE = 0.6;
/** Brake while neither pedal is down: this car hardly slows down by itself. */
const ASSIST_COAST = 0.02;

/** Speed that is counted on in a dream, which does not tell its own, u/s. */
const DREAMT_SPEED = 40;

/** Makes the car drivable by keys: the plain one spins as soon as gas and steering meet. */
export const ASSISTANCE: Assistance = {
  help:
    "Half the gas, no gas above 62 u/s, brakes that do not lock, less steering at speed. Without assistance you " +
    "drive the car that agents drive: it spins when you steer under power.",
  apply: (hands, env) => assist(hands, env ? speedOf(env) : DREAMT_SPEED),
};

function speedOf(env: Env<Observation>): number {
  const { x, y } = (env as unknown as CarRacing).view.velocity;
  return Math.hypot(x, y);
}

/**
 * Less steering with speed, half the gas (less in bends, none beyond 62 u/s), brakes that do not lock, and a little
 * braking while neither pedal is down.
 */
export function assist({ across: steer, up: gas, down: brake }: Hands, speed: number): Hands {
  const lock = FULL_LOCK * (1 - 0.55 * Math.min(speed / 70, 1));
  const rest = Math.min(1, Math.max(0, (ASSIST_SPEED - speed) / ASSIST_FADE));
  return {
    across: steer * lock,
    up: gas * ASSIST_GAS * rest * (1 - 0.6 * Math.abs(steer)),
    down: brake > 0 ? brake * ASSIST_BRAKE : gas > 0 ? 0 : ASSIST_COAST,
  };
}
