/**
 * The classic tasks of control, after Gymnasium's equations and seeds: `CartPole-v1`, `MountainCarContinuous-v0`,
 * `Pendulum-v1` and `Acrobot-v1`, for `make<Float32Array>(id)`. Observations are a few floats, steps take microseconds:
 * agents are tested on them in seconds against known scores.
 *
 * Read `classic_env.ts` (what they share), then a task, `baselines.ts` (scripted policies).
 *
 * @module
 */
import "./register.ts";

export { Acrobot, type AcrobotOptions } from "./acrobot.ts";
export * from "./baselines.ts";
export { CartPole, type CartPoleOptions } from "./cart_pole.ts";
export { ClassicEnv, type ClassicEnvParts, type Outcome } from "./classic_env.ts";
export type { Color } from "../drawing/canvas.ts";
export type { Drawing, Rectangle } from "../drawing/drawing.ts";
export type { Placement } from "../drawing/place_polygon.ts";
export { MountainCarContinuous, type MountainCarContinuousOptions } from "./mountain_car_continuous.ts";
export { Pendulum, type PendulumOptions } from "./pendulum.ts";
