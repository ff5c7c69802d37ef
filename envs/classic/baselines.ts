/** Chooses an action from an observation of a classic task, by a rule that nobody trained. */
export type ScriptedPolicy = (observation: Float32Array) => number[];

/** CartPole-v1, linear feedback: pushes to the side that position, velocity, angle and turn together lean to. */
export const balanceCartPole: ScriptedPolicy = ([x, velocity, angle, turn]) => {
  return [0.1 * x + 0.3 * velocity + 3 * angle + turn > 0 ? 1 : 0];
};

/**
 * MountainCarContinuous-v0: pushes the way the car already moves, so that every swing goes higher; not with all its power,
 * which costs more than it hastens.
 */
export const pumpMountainCar: ScriptedPolicy = ([_position, velocity]) => [velocity < 0 ? -0.9 : 0.9];

/**
 * Pendulum-v1: steers the rod's energy to what it has at rest upright, and holds it there by proportional and derivative
 * feedback.
 */
export const swingUpPendulum: ScriptedPolicy = ([cos, sin, velocity]) => {
  const angle = Math.atan2(sin, cos);
  if (Math.abs(angle) < 0.5) return [-12 * angle - 3 * velocity];
  // J, of a rod of 1 kg and 1 m under 10 m/s^2.
  const lacking = 5 * (1 - cos) - velocity * velocity / 6;
  return [Math.min(Math.max(4 * lacking * velocity, -2), 2)];
};

/** Acrobot-v1: swings the second link against the turn of the first, as a child on a swing does. */
export const swingUpAcrobot: ScriptedPolicy = (observation) => [observation[4] > 0 ? 0 : 2];
