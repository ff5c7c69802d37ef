import type { RandomStream } from "../../core/random_stream.ts";
import { CarRacing } from "../car_racing/car_racing.ts";
import { PursuitDriver } from "../car_racing/pursuit_driver.ts";
import type { Env } from "../env.ts";
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
};

/** The environment inside all wrappers. */
function innermost(env: Env): Env {
  return env instanceof Wrapper ? innermost(env.env) : env;
}
