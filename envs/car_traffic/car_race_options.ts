import { readOptions } from "../read_options.ts";
import { checkRaceOptions } from "./check_race_options.ts";
import type { Barriers } from "./rails.ts";

/** Options of `CarRace`. */
export interface CarRaceOptions {
  /** How many cars race, 2 .. 8. @default 4 */
  cars?: number;
  /** Where guard rails stand. @default "bends" */
  barriers?: Barriers;
  /** How many cones stand in rows on the road, 0 .. 100. @default 0 */
  cones?: number;
  /** Reward that is lost for each u/s by which a collision changes a car's velocity, >= 0. @default 0.2 */
  collisionCost?: number;
  /** Actions are `[steer, gas, brake]`; otherwise one of five integers. @default true */
  continuous?: boolean;
  /** Side of observed pictures, pixels: drawn at that size, not shrunk. @default 96 */
  frameSize?: 96 | 64;
  /** Share of the tiles above which a lap counts, 0 .. 1. @default 0.95 */
  lapCompletePercent?: number;
  /** Steps after which the race is cut for all that are left, an integer > 0, or Infinity. @default 1,000 */
  maxEpisodeSteps?: number;
}

/**
 * Options with their defaults.
 *
 * @throws RangeError when one is not in its range, TypeError for one of another type.
 */
export function completeRaceOptions(id: string, options: CarRaceOptions): Required<CarRaceOptions> {
  const complete = readOptions<Required<CarRaceOptions>>(id, options, {
    cars: 4,
    barriers: "bends",
    cones: 0,
    collisionCost: 0.2,
    continuous: true,
    frameSize: 96,
    lapCompletePercent: 0.95,
    maxEpisodeSteps: 1000,
  });
  checkRaceOptions(id, complete, { fewestCars: 2, mostCars: 8 });
  const { maxEpisodeSteps: limit } = complete;
  if (!(limit === Infinity || Number.isInteger(limit) && limit > 0)) {
    throw new RangeError(`Cannot make ${id}: expected an integer > 0 of maxEpisodeSteps, got ${limit}`);
  }
  return complete;
}
