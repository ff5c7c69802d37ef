import { callingModule } from "./calling_module.ts";
import type { Env, Observation } from "./env.ts";
import type { EnvOptions, EnvSpec } from "./env_spec.ts";
import { expectNames, hint } from "./read_options.ts";
import { TimeLimit } from "./wrappers/time_limit.ts";

export type { EnvOptions, EnvSpec } from "./env_spec.ts";

const registry = new Map<string, EnvSpec>();
const moduleOfId = new Map<string, string | undefined>();
const optionsOfMade = new WeakMap<Env<Observation>, EnvOptions>();

/**
 * Makes an environment known to {@link make}.
 *
 * @throws TypeError when the id is taken.
 */
export function register(id: string, spec: EnvSpec): void {
  if (registry.has(id)) {
    throw new TypeError(`Cannot register "${id}": expected a new id, got one that exists`);
  }
  registry.set(id, spec);
  moduleOfId.set(id, callingModule([import.meta.url]));
}

/** The URL of the module that registered an id, where it is known; workers import it. */
export function registeringModule(id: string): string | undefined {
  return moduleOfId.get(id);
}

/** The ids that {@link make} knows, in alphabetical order. */
export function registeredIds(): string[] {
  return [...registry.keys()].sort();
}

/** What an id was registered with, if it was. */
export function knownSpec(id: string): EnvSpec | undefined {
  return registry.get(id);
}

/** What an id was registered with. @throws RangeError for an unknown one, naming the nearest. */
export function envSpec(id: string): EnvSpec {
  const spec = knownSpec(id);
  if (spec) return spec;
  throw new RangeError(
    `Cannot make "${id}": expected one of ${registeredIds().join(", ")}${hint(id, registry.keys())}`,
  );
}

/**
 * Builds an environment by its id, with the time limit that it is registered with.
 *
 * The type parameter is the caller's word for what the environment observes: pictures (`Uint8Array`) unless said
 * otherwise, as in `make<Float32Array>("CartPole-v1")`.
 *
 * @param options The environment's own options, and for every environment `maxEpisodeSteps` (an integer > 0, or
 * `Infinity` for no limit), which replaces the registered limit.
 * @throws RangeError for an unknown id, naming the nearest one.
 * @throws TypeError for options that are no plain object, and for an unknown one, listing those that exist.
 *
 * @example
 * ```ts
 * import { make } from "./mod.ts";
 *
 * const env = make("CarRacing-v3", { domainRandomize: true });
 * env.reset({ seed: 1 });
 * const { reward, terminated } = env.step([0, 1, 0]);
 * ```
 */
export function make<O extends Observation = Uint8Array>(id: string, options: EnvOptions = {}): Env<O> {
  const spec = envSpec(id);
  const known = [...Object.keys(spec.options), "maxEpisodeSteps"];
  expectNames(`make "${id}"`, "options", options, known);
  const { maxEpisodeSteps: limit = spec.maxEpisodeSteps ?? Infinity, ...own } = options;
  const inner = spec.create(own) as Env<O>;
  const env = limit === Infinity ? inner : new TimeLimit(inner, limit as number);
  optionsOfMade.set(env, { ...options });
  return env;
}

/**
 * The options that {@link make} built this very environment with; `undefined` for a wrapper around it and for
 * environments that were built otherwise.
 */
export function optionsOf(env: Env<Observation>): EnvOptions | undefined {
  return optionsOfMade.get(env);
}
