import type { Env, Observation } from "../../../envs/env.ts";
import type { Play } from "../../../envs/env_spec.ts";
import "../../../envs/register_all.ts";
import { knownSpec } from "../../../envs/registry.ts";
import { environmentView } from "../environments/environment_views.ts";
import { assisted } from "./drive_settings.ts";
import type { HumanInput } from "./human_input.ts";

/** What {@link humanAction} depends on. */
export interface HumanActionOptions {
  /** The environment's id. */
  environment: string;
  /** Seconds since the last call. */
  seconds: number;
  /** The environment itself; missing in a dream. */
  env?: Env<Observation>;
  /** The last action, `[A]`. */
  before?: ArrayLike<number>;
}

/** How people act in an environment. @throws RangeError where they cannot. */
export function playOf(environment: string): Play {
  const play = knownSpec(environment)?.play;
  if (play) return play;
  throw new RangeError(`Cannot act by hand in ${environment}: expected an environment that people can play`);
}

/** What a person does now, helped where they want that: `[A]`, in single precision as recordings keep it. */
export function humanAction(
  input: HumanInput,
  { environment, seconds, env, before }: HumanActionOptions,
): Float32Array {
  const { gradual = false, action } = playOf(environment);
  const hands = input.read(seconds, { gradual });
  const { assistance } = environmentView(environment);
  return Float32Array.from(
    action(assistance && assisted.peek() ? assistance.apply(hands, env) : hands, before),
  );
}
