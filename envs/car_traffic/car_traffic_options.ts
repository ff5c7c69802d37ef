import { readOptions } from "../read_options.ts";
import { checkRaceOptions } from "./check_race_options.ts";
import type { Barriers } from "./rails.ts";
import { checkSkill, type SkillName } from "./skills.ts";

/** Options of `CarTraffic`. */
export interface CarTrafficOptions {
  /** How many scripted cars share the track, 0 .. 20. @default 6 */
  cars?: number;
  /** How well they drive; `"mixed"` draws a skill for each. @default "mixed" */
  drivers?: SkillName | "mixed";
  /** Where guard rails stand. @default "bends" */
  barriers?: Barriers;
  /** How many cones stand in rows on the road, 0 .. 100. @default 12 */
  cones?: number;
  /** Reward that is lost for each u/s by which a collision changes the own car's velocity, >= 0. @default 0.2 */
  collisionCost?: number;
  /** A collision that changes the velocity by more than this ends the episode, u/s. @default Infinity, which none exceeds */
  crashSpeed?: number;
  /** Actions are `[steer, gas, brake]`; otherwise one of five integers. @default true */
  continuous?: boolean;
  /** Side of observed pictures, pixels: drawn at that size, not shrunk. @default 96 */
  frameSize?: 96 | 64;
  /** Share of the tiles above which a lap counts, 0 .. 1. @default 0.95 */
  lapCompletePercent?: number;
}

/**
 * Options with their defaults.
 *
 * @throws RangeError when one is not in its range, TypeError for one of another type.
 */
export function completeTrafficOptions(id: string, options: CarTrafficOptions): Required<CarTrafficOptions> {
  const complete = readOptions<Required<CarTrafficOptions>>(id, options, {
    cars: 6,
    drivers: "mixed",
    barriers: "bends",
    cones: 12,
    collisionCost: 0.2,
    crashSpeed: Infinity,
    continuous: true,
    frameSize: 96,
    lapCompletePercent: 0.95,
  });
  checkRaceOptions(id, complete, { fewestCars: 0, mostCars: 20 });
  checkSkill(id, complete.drivers);
  if (!(complete.crashSpeed >= 0)) {
    throw new RangeError(`Cannot make ${id}: expected crashSpeed >= 0, got ${complete.crashSpeed}`);
  }
  return complete;
}
