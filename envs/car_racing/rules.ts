/** What CarRacing-v3 does that one may want otherwise; the names say what Gymnasium does. */
export interface CarRacingRules {
  /**
   * Coming back onto tile 0 ends the episode only where tile 0 is collected for the first time. As it is collected at
   * reset, that never happens: an episode ends when every tile is collected, outside the field or at the time limit.
   */
  deadLapCheck: boolean;
  /** The first step pays for the two tiles that the car stands on. */
  payTilesAtReset: boolean;
  /** Leaving the field replaces the step's reward by -100; otherwise 100 is taken from it. */
  outsideReplacesReward: boolean;
}

/** The rules of Gymnasium's CarRacing-v3, which every published score refers to. */
export const GYMNASIUM_RULES: Readonly<CarRacingRules> = {
  deadLapCheck: true,
  payTilesAtReset: true,
  outsideReplacesReward: true,
};

/** The rules as they read: a lap counts, standing still earns nothing, rewards add up. */
export const FAIR_RULES: Readonly<CarRacingRules> = {
  deadLapCheck: false,
  payTilesAtReset: false,
  outsideReplacesReward: false,
};
