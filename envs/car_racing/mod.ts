/**
 * CarRacing-v3: Gymnasium's racing car on a track of its own, for `make("CarRacing-v3")`, and `CarRacingLap-v0`, the
 * same where a lap ends at the line.
 *
 * Read `car_racing.ts` (the environment), `rules.ts` (what is odd about it), `track.ts`, `tiles.ts` (contacts), `car.ts`
 * and `wheel.ts` (dynamics), `painter.ts` (the picture), `state_vector.ts` (the same as numbers).
 *
 * @module
 */
import "./register.ts";

export { CarRacing, type CarRacingInfo } from "./car_racing.ts";
export type { CarRacingOptions } from "./options.ts";
export { PursuitDriver, type PursuitDriverOptions } from "./pursuit_driver.ts";
export { type CarRacingRules, GYMNASIUM_RULES, LAP_RULES } from "./rules.ts";
export { StateDriver } from "./state_driver.ts";
export type * from "./state.ts";
export { STATE_SCALES, STATE_VECTOR_SIZE, StateVector } from "./state_vector.ts";
export { generateTrack } from "./track.ts";
export { NumpyRandom, type NumpyRandomState } from "../random/numpy_random.ts";
