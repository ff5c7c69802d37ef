import type { Observation } from "./env.ts";
import type { ParallelEnv } from "./parallel_env.ts";
import { expectNames, hint } from "./read_options.ts";
import type { EnvOptions } from "./registry.ts";

/** What {@link registerParallel} is told about an environment. */
export interface ParallelEnvSpec {
  /** Builds one; it gets those of its options that the caller gave, by known names only. */
  create(options: EnvOptions): ParallelEnv<Observation>;
  /** Its options: name to one line of explanation. */
  options: Readonly<Record<string, string>>;
}

const registry = new Map<string, ParallelEnvSpec>();

/**
 * Makes an environment of several agents known to {@link makeParallel}.
 *
 * @throws TypeError when the id is taken.
 */
export function registerParallel(id: string, spec: ParallelEnvSpec): void {
  if (registry.has(id)) {
    throw new TypeError(`Cannot register "${id}": expected a new id, got one that exists`);
  }
  registry.set(id, spec);
}

/** The ids that {@link makeParallel} knows, in alphabetical order. */
export function registeredParallelIds(): string[] {
  return [...registry.keys()].sort();
}

/**
 * Builds an environment of several agents by its id.
 *
 * @throws RangeError for an unknown id, naming the nearest one.
 * @throws TypeError for options that are no plain object, and for an unknown one, listing those that exist.
 *
 * @example
 * ```ts
 * import { makeParallel } from "./mod.ts";
 *
 * const env = makeParallel("CarRace-v0", { cars: 2 });
 * env.reset({ seed: 1 });
 * const { rewards } = env.step({ car_0: [0, 1, 0], car_1: [0, 0.5, 0] });
 * ```
 */
export function makeParallel<O extends Observation = Uint8Array>(
  id: string,
  options: EnvOptions = {},
): ParallelEnv<O> {
  const spec = registry.get(id);
  if (!spec) {
    throw new RangeError(
      `Cannot make "${id}": expected one of ${registeredParallelIds().join(", ")}${
        hint(id, registry.keys())
      }`,
    );
  }
  const known = Object.keys(spec.options);
  expectNames(`make "${id}"`, "options", options, known);
  return spec.create({ ...options }) as ParallelEnv<O>;
}
