import type { RandomStream } from "../../core/random_stream.ts";
import { CarRacing } from "../car_racing/car_racing.ts";
import { PursuitDriver } from "../car_racing/pursuit_driver.ts";
import { CarTraffic } from "../car_traffic/car_traffic.ts";
import { ScriptedDriver } from "../car_traffic/scripted_driver.ts";
import { SKILLS } from "../car_traffic/skills.ts";
import { CLASSIC_BASELINES } from "../classic/baselines.ts";
import type { Env, Observation } from "../env.ts";
import { Dodger } from "../take_cover/dodger.ts";
import { TakeCover } from "../take_cover/take_cover.ts";
import { Wrapper } from "../wrappers/wrapper.ts";

/** Prepares to drive an environment for one episode; the function that it returns gives the next action. */
export type CollectPolicy = (env: Env, random: RandomStream) => () => ArrayLike<number>;

/** The policies that need no training, by name. */
export const COLLECT_POLICIES: Readonly<Record<string, CollectPolicy>> = {
  /** Each action uniformly from its space. */
  random: (env, random) => () => env.actionSpace.sample(random),
  /** CarRacing's scripted driver, which sees the simulator's state. */
  pursuit(env) {
    const inside = innermost(env);
    if (!(inside instanceof CarRacing) || env.actionSpace.shape[0] !== 3) {
      throw new TypeError(
        `Cannot drive ${env.id}: expected a CarRacing environment with continuous actions for the pursuit policy, ` +
          `got actions of shape [${env.actionSpace.shape.join(", ")}]`,
      );
    }
    const driver = new PursuitDriver();
    return () => driver.act(inside.view);
  },
  /** The environment's own scripted player, which mostly sees the simulator's state; continuous where there is a choice. */
  scripted(env, random) {
    const baseline = CLASSIC_BASELINES[env.id];
    if (baseline) return () => baseline((env as Env<Observation>).observe() as Float32Array);
    const inside = innermost(env);
    if (env.actionSpace.dtype === "float32") {
      if (inside instanceof CarRacing) return COLLECT_POLICIES.pursuit(env, random);
      if (inside instanceof TakeCover) {
        const dodger = new Dodger();
        return () => [dodger.act(inside.view)];
      }
      if (inside instanceof CarTraffic) {
        const driver = new ScriptedDriver(SKILLS.expert, random);
        return () => driver.act(inside.race, inside.race.racers[0]);
      }
    }
    throw new TypeError(
      `Cannot drive ${env.id}: expected an environment with a scripted player for its actions, got one without`,
    );
  },
};

/** The environment inside all wrappers. */
function innermost(env: Env): Env<Observation> {
  return env instanceof Wrapper ? innermost(env.env) : env as Env<Observation>;
}
