import { expectNames } from "../read_options.ts";

/**
 * What CarRacing-v3 does that one may want otherwise, a switch each. The names say what Gymnasium does, which is what
 * `true` means; every published score has all of them.
 */
export interface CarRacingRules {
  /**
   * Coming back onto tile 0 ends the episode only where tile 0 is collected for the first time. As it is collected at
   * reset, that never happens. Otherwise a lap counts when a wheel comes onto tile 0 again and more than
   * `lapCompletePercent` of the tiles are collected.
   */
  deadLapCheck: boolean;
  /** Collecting the last tile ends the episode, wherever that is. Otherwise only the line does. */
  lastTileEnds: boolean;
  /** The first step pays for the two tiles that the car stands on at reset. Otherwise nobody is paid for them. */
  payTilesAtReset: boolean;
  /** Leaving the field replaces the step's reward by -100. Otherwise 100 is taken from it. */
  outsideReplacesReward: boolean;
  /** One wheel on a tile collects it, the other three may cut the bend. Otherwise the hull's origin must pass over it. */
  anyWheelCollects: boolean;
  /** A wheel on grass has 0.6 of the road's grip. Otherwise all ground is road. */
  slipperyGrass: boolean;
  /** The camera comes down during the first second, so that its pictures look like no others. Otherwise it is down. */
  openingZoom: boolean;
}

/** The rules of Gymnasium's CarRacing-v3, which every published score refers to. */
export const GYMNASIUM_RULES: Readonly<CarRacingRules> = {
  deadLapCheck: true,
  lastTileEnds: true,
  payTilesAtReset: true,
  outsideReplacesReward: true,
  anyWheelCollects: true,
  slipperyGrass: true,
  openingZoom: true,
};

/**
 * The rules of `CarRacingLap-v0`: the line ends a lap, standing still earns nothing, rewards add up. How it drives and
 * looks is as in CarRacing-v3.
 */
export const LAP_RULES: Readonly<CarRacingRules> = {
  ...GYMNASIUM_RULES,
  deadLapCheck: false,
  lastTileEnds: false,
  payTilesAtReset: false,
  outsideReplacesReward: false,
};

/**
 * Gymnasium's rules with some of them changed.
 *
 * @param id The environment's id, for the error.
 * @throws TypeError for a rule that does not exist, naming the nearest one, or that is not true or false.
 */
export function changeRules(
  id: string,
  changes: Partial<CarRacingRules>,
): CarRacingRules {
  const rules = GYMNASIUM_RULES;
  expectNames(`make ${id}`, "rules", changes, Object.keys(rules));
  for (const [name, value] of Object.entries(changes)) {
    if (typeof value !== "boolean") {
      throw new TypeError(`Cannot make ${id}: expected true or false for the rule "${name}", got ${value}`);
    }
  }
  return { ...rules, ...changes };
}
