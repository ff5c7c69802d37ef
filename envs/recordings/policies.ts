import type { RandomStream } from "../../core/random_stream.ts";
import { CarRacing } from "../car_racing/car_racing.ts";
import { PursuitDriver } from "../car_racing/pursuit_driver.ts";
import type { Env, Observation } from "../env.ts";
import type { NextAction } from "../env_spec.ts";
import { knownSpec } from "../registry.ts";
import { Wrapper } from "../wrappers/wrapper.ts";

/** Prepares to drive an environment for one episode; the function that it returns gives the next action. */
export type CollectPolicy = (env: Env, random: RandomStream) => NextAction;

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
    const next = knownSpec(env.id)?.scripted?.(innermost(env), random);
    if (next) return next;
    throw new TypeError(
      `Cannot drive ${env.id}: expected an environment with a scripted player for its actions, got one without`,
    );
  },
};

/** The environment inside all wrappers. */
function innermost(env: Env): Env<Observation> {
  return env instanceof Wrapper ? innermost(env.env) : env as Env<Observation>;
}
