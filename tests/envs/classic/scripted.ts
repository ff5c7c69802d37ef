/**
 * The scripted programs of tests/fixtures/classic/make_traces.py, by environment: they get somewhere, so that balance,
 * goals and walls are seen.
 */
export const scripted: Readonly<Record<string, (observation: Float32Array) => number[]>> = {
  "CartPole-v1": ([x, velocity, angle, turn]) => [0.1 * x + 0.3 * velocity + 3 * angle + turn > 0 ? 1 : 0],
  "MountainCarContinuous-v0": ([_position, velocity]) => [velocity < 0 ? -1 : 1],
  "Pendulum-v1": ([cos, sin, velocity]) =>
    cos > 0.9 ? [-12 * Math.atan2(sin, cos) - 3 * velocity] : [2 * Math.sign(velocity)],
  "Acrobot-v1": (observation) => [observation[4] > 0 ? 0 : 2],
};
