import type { EnvSpec } from "../env_spec.ts";
import { readOptions } from "../read_options.ts";
import { register } from "../registry.ts";
import { CAR_SPEC } from "./car_spec.ts";
import { CarRacing } from "./car_racing.ts";
import type { CarRacingOptions } from "./options.ts";
import { PursuitDriver } from "./pursuit_driver.ts";
import { GYMNASIUM_RULES, LAP_RULES } from "./rules.ts";

const OPTIONS = {
  continuous: "actions are [steer, gas, brake] (default true), otherwise one of five integers",
  domainRandomize: "every reset draws new colours (default false)",
  lapCompletePercent: "share of the tiles above which a lap counts (default 0.95)",
  finishBonus: "reward for finishing a lap (default 0, in CarRacingLap-v0 100)",
  frameSize: "side of pictures, 96 (default) or 64",
  observation: "rgb (default), gray or state",
  rules: `rules that differ, true or false: ${Object.keys(GYMNASIUM_RULES).join(", ")}`,
};
/** As much as leaving the field costs. */
const LAP_BONUS = 100;

/** What CarRacingLap-v0 has defaults of its own for. */
type LapOptions = Pick<CarRacingOptions, "rules" | "finishBonus">;

const SHARED = {
  ...CAR_SPEC,
  options: OPTIONS,
  scripted(env) {
    if (env.actionSpace.dtype !== "float32") return undefined;
    let driver: PursuitDriver | undefined;
    return () => {
      const { view } = env as CarRacing;
      if (!driver) {
        driver = new PursuitDriver();
        driver.reset(view); // it may take over anywhere
      }
      return driver.act(view);
    };
  },
} satisfies Partial<EnvSpec>;

register("CarRacing-v3", {
  ...SHARED,
  create: (options) => new CarRacing(options as CarRacingOptions),
});

register("CarRacingLap-v0", {
  ...SHARED,
  create(options) {
    const id = "CarRacingLap-v0";
    const own = readOptions<Required<LapOptions>>(id, options, { rules: {}, finishBonus: LAP_BONUS });
    return new CarRacing({ ...options, ...own, rules: { ...LAP_RULES, ...own.rules } }, id);
  },
});
