import type { EnvState } from "./env.ts";

/** What a part of a state must be: a type, or for arrays and typed arrays their length. */
export type StatePart = "number" | "string" | "boolean" | "object" | number;

/**
 * Reads a state as the one that an environment of this kind returned from `getState`. Parts are not copied.
 *
 * @param id The environment's id, for the error.
 * @param parts What each part must be, by name; `"object"` allows `null`.
 * @throws TypeError that names the first part that is missing or of another kind.
 */
export function readEnvState<S>(id: string, state: EnvState, parts: Record<keyof S & string, StatePart>): S {
  if (typeof state !== "object" || state === null) {
    throw new TypeError(`Cannot set the state of ${id}: expected an object, got ${state}`);
  }
  for (const [name, wanted] of Object.entries<StatePart>(parts)) {
    const got = describe(state[name], wanted);
    if (got === undefined) continue;
    const kind = typeof wanted === "number" ? `${wanted} values` : `a value of type ${wanted}`;
    throw new TypeError(`Cannot set the state of ${id}: expected ${kind} in "${name}", got ${got}`);
  }
  return state as S;
}

/** What a value is instead of what is wanted; nothing when it fits. */
function describe(value: unknown, wanted: StatePart): string | undefined {
  const type = typeof value;
  if (typeof wanted === "string") return type === wanted ? undefined : type;
  const length = (value as ArrayLike<unknown> | undefined | null)?.length;
  return length === wanted ? undefined : `${length ?? type}`;
}
