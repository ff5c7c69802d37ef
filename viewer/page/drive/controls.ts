/** What drives a car: steering -1 left .. 1 right, gas and brake 0 .. 1. */
export interface Controls {
  steer: number;
  gas: number;
  brake: number;
}

/** Full changes a second: how fast a held key turns the wheel, how fast it comes back, and the pedals. */
const STEER_IN = 3.2;
const STEER_BACK = 6;
const PEDAL_DOWN = 5;
const PEDAL_UP = 9;

/**
 * Moves controls towards what held keys (or pedals on the screen) want, as a foot and a hand would.
 *
 * @param present Written to.
 * @param wanted Where they go: -1, 0 or 1 for keys.
 */
export function rampControls(present: Controls, wanted: Controls, seconds: number): Controls {
  // Steering back towards the middle, or through it to the other side, is faster than steering in.
  const back = wanted.steer === 0 || wanted.steer * present.steer < 0;
  present.steer = towards(present.steer, wanted.steer, seconds * (back ? STEER_BACK : STEER_IN));
  present.gas = towards(
    present.gas,
    wanted.gas,
    seconds * (wanted.gas > present.gas ? PEDAL_DOWN : PEDAL_UP),
  );
  present.brake = towards(
    present.brake,
    wanted.brake,
    seconds * (wanted.brake > present.brake ? PEDAL_DOWN : PEDAL_UP),
  );
  return present;
}

function towards(from: number, to: number, most: number): number {
  return Math.abs(to - from) <= most ? to : from + Math.sign(to - from) * most;
}

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

/**
 * Makes the car drivable by keys: less steering with speed, half the gas (less in bends, none beyond 62 u/s), brakes that
 * do not lock, and a little braking while neither pedal is down. The plain car spins as soon as gas and steering meet.
 */
export function assist({ steer, gas, brake }: Controls, speed: number): Controls {
  const lock = FULL_LOCK * (1 - 0.55 * Math.min(speed / 70, 1));
  const rest = Math.min(1, Math.max(0, (ASSIST_SPEED - speed) / ASSIST_FADE));
  return {
    steer: steer * lock,
    gas: gas * ASSIST_GAS * rest * (1 - 0.6 * Math.abs(steer)),
    brake: brake > 0 ? brake * ASSIST_BRAKE : gas > 0 ? 0 : ASSIST_COAST,
  };
}

/** Controls as the environment's action, `[3]`, in single precision as recordings keep it. */
export function actionOf({ steer, gas, brake }: Controls): Float32Array {
  return Float32Array.of(clamp(steer, -1), clamp(gas, 0), clamp(brake, 0));
}

function clamp(value: number, least: number): number {
  return Math.min(1, Math.max(least, value));
}
