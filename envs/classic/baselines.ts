/** Chooses an action from an observation of a classic task, by a rule that nobody trained. */
export type ScriptedPolicy = (observation: Float32Array) => number[];

/** CartPole-v1, linear feedback: pushes to the side that position, velocity, angle and turn together lean to. */
export function balanceCartPole([x, velocity, angle, turn]: Float32Array): number[] {
  return [0.1 * x + 0.3 * velocity + 3 * angle + turn > 0 ? 1 : 0];
}

/**
 * MountainCarContinuous-v0: pushes the way the car already moves, so that every swing goes higher; not with all its power,
 * which costs more than it hastens.
 */
export function pumpMountainCar([_position, velocity]: Float32Array): number[] {
  return [velocity < 0 ? -0.9 : 0.9];
}

/**
 * Pendulum-v1: steers the rod's energy to what it has at rest upright, and holds it there by proportional and derivative
 * feedback.
 */
export function swingUpPendulum([cos, sin, velocity]: Float32Array): number[] {
  const angle = Math.atan2(sin, cos);
  if (Math.abs(angle) < 0.5) return [-12 * angle - 3 * velocity];
  // J, of a rod of 1 kg and 1 m under 10 m/s^2.
  const lacking = 5 * (1 - cos) - velocity * velocity / 6;
  return [Math.min(Math.max(4 * lacking * velocity, -2), 2)];
}

/** Acrobot-v1: swings the second link against the turn of the first, as a child on a swing does. */
export function swingUpAcrobot(observation: Float32Array): number[] {
  return [observation[4] > 0 ? 0 : 2];
}

/** The scripted policy of each classic task, by its id. */
export const CLASSIC_BASELINES: Readonly<Record<string, ScriptedPolicy>> = {
  "CartPole-v1": balanceCartPole,
  "MountainCarContinuous-v0": pumpMountainCar,
  "Pendulum-v1": swingUpPendulum,
  "Acrobot-v1": swingUpAcrobot,
};
