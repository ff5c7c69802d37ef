/**
 * CarRacing-v3: Gymnasium's racing car on a track of its own, for `make("CarRacing-v3")`, and `CarRacingFair-v0`,
 * the same with its rules put right.
 *
 * Read `car_racing.ts` (the environment), `track.ts`, `tiles.ts` (contacts), `car.ts` and `wheel.ts` (dynamics),
 * `painter.ts` (the picture).
 *
 * @module
 */
import "./register.ts";

export { CarRacing, type CarRacingInfo, type CarRacingOptions } from "./car_racing.ts";
export { PursuitDriver, type PursuitDriverOptions } from "./pursuit_driver.ts";
export { type CarRacingRules, FAIR_RULES, GYMNASIUM_RULES } from "./rules.ts";
export type * from "./state.ts";
export { generateTrack } from "./track.ts";
export { NumpyRandom, type NumpyRandomState } from "../random/numpy_random.ts";
