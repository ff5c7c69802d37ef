import { CAR_SPEC } from "../car_racing/car_spec.ts";
import { registerParallel } from "../parallel_registry.ts";
import { register } from "../registry.ts";
import { SeatEnv } from "../seat_env.ts";
import { CarRace } from "./car_race.ts";
import type { CarRaceOptions } from "./car_race_options.ts";
import { CarTraffic } from "./car_traffic.ts";
import type { CarTrafficOptions } from "./car_traffic_options.ts";
import { ScriptedOpponent } from "./scripted_opponent.ts";
import { ScriptedDriver } from "./scripted_driver.ts";
import { checkSkill, type SkillName, SKILLS } from "./skills.ts";

const SHARED_OPTIONS = {
  barriers: 'where guard rails stand: "none", "bends" (default) or "all"',
  collisionCost: "reward lost for each u/s that a collision changes the velocity by (default 0.2)",
  frameSize: "side of observed pictures, 96 (default) or 64 pixels",
  lapCompletePercent: "share of the tiles above which a lap counts (default 0.95)",
};
const CONTINUOUS = "actions are [steer, gas, brake] (default true), otherwise one of five integers";
const DRIVERS = 'skill of the scripted drivers: "novice", "amateur", "expert" or "mixed" (default)';

register("CarTraffic-v0", {
  ...CAR_SPEC,
  scripted(env, random) {
    if (env.actionSpace.dtype !== "float32") return undefined;
    const driver = new ScriptedDriver(SKILLS.expert, random);
    const traffic = env as CarTraffic;
    return () => driver.act(traffic.race, traffic.race.racers[0]);
  },
  create: (options) => new CarTraffic(options as CarTrafficOptions),
  options: {
    cars: "how many scripted cars share the track, 0 .. 20 (default 6)",
    drivers: DRIVERS,
    cones: "how many cones stand on the road, 0 .. 100 (default 12)",
    crashSpeed: "a collision that changes the velocity by more ends the episode, u/s (default Infinity)",
    continuous: CONTINUOUS,
    ...SHARED_OPTIONS,
  },
});

const RACE_OPTIONS = {
  cars: "how many cars race, 2 .. 8 (default 4)",
  cones: "how many cones stand on the road, 0 .. 100 (default 0)",
  ...SHARED_OPTIONS,
};

registerParallel("CarRace-v0", {
  create: (options) => new CarRace(options as CarRaceOptions),
  options: {
    ...RACE_OPTIONS,
    continuous: CONTINUOUS,
    maxEpisodeSteps: "steps after which the race is cut (default 1000)",
  },
});

// Under the same id, for all that works with one agent: the first seat, with scripted drivers in the others.
register("CarRace-v0", {
  ...CAR_SPEC,
  cost: undefined, // its infos do not tell
  create(options) {
    const { drivers = "mixed", ...others } = options as CarRaceOptions & { drivers?: SkillName | "mixed" };
    checkSkill("CarRace-v0", drivers);
    const race = new CarRace({ ...others, maxEpisodeSteps: Infinity });
    return new SeatEnv(race, { opponent: (agent) => new ScriptedOpponent(race, agent, drivers) });
  },
  options: { ...RACE_OPTIONS, drivers: DRIVERS },
});
