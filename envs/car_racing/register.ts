import { register } from "../registry.ts";
import { CarRacing, type CarRacingOptions } from "./car_racing.ts";
import { FAIR_RULES } from "./rules.ts";

const OPTIONS = {
  continuous: "actions are [steer, gas, brake] (default true), otherwise one of five integers",
  domainRandomize: "every reset draws new colours (default false)",
  lapCompletePercent: "share of the tiles above which a lap counts (default 0.95)",
  rules: "rules that differ: deadLapCheck, payTilesAtReset, outsideReplacesReward (true or false)",
};
const MAX_EPISODE_STEPS = 1000;

register("CarRacing-v3", {
  create: (options) => new CarRacing(options as CarRacingOptions),
  options: OPTIONS,
  maxEpisodeSteps: MAX_EPISODE_STEPS,
});

register("CarRacingFair-v0", {
  create(options) {
    const { rules, ...others } = options as CarRacingOptions;
    return new CarRacing({ ...others, rules: { ...FAIR_RULES, ...rules } }, "CarRacingFair-v0");
  },
  options: OPTIONS,
  maxEpisodeSteps: MAX_EPISODE_STEPS,
});
