import "../../../envs/register_all.ts";
import { STEPS_PER_SECOND } from "../../../envs/env_spec.ts";
import { knownSpec } from "../../../envs/registry.ts";

/** Steps of an environment's simulator that make a second. */
export function stepRate(env: string): number {
  return knownSpec(env)?.stepsPerSecond ?? STEPS_PER_SECOND;
}
