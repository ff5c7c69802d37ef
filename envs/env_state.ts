import { describeValue } from "./describe_value.ts";
import type { EnvState } from "./env.ts";

/**
 * What a part of a state must be: a type (no `NaN` as a number; `null` counts as an object), a `"count"`, that is an
 * integer >= 0, an array, one of a few words, or an array or typed array of so many values.
 */
export type StatePart =
  | "number"
  | "count"
  | "string"
  | "boolean"
  | "object"
  | "array"
  | readonly string[]
  | number;

/** Where in an episode an environment can be when it is saved. */
export const EPISODE_STATUS = ["new", "running", "over"] as const;

/** See {@link EPISODE_STATUS}. */
export type EpisodeStatus = (typeof EPISODE_STATUS)[number];

/**
 * Reads a state as the one that an environment of this kind returned from `getState`. Parts are not copied.
 *
 * @param id The environment's id, for the error.
 * @param parts What each part must be, by name.
 * @throws TypeError that names the first part that is missing or of another kind.
 */
export function readEnvState<S>(id: string, state: EnvState, parts: Record<keyof S & string, StatePart>): S {
  if (typeof state !== "object" || state === null) {
    throw new TypeError(`Cannot set the state of ${id}: expected an object, got ${state}`);
  }
  for (const [name, wanted] of Object.entries<StatePart>(parts)) {
    const value = state[name];
    if (fits(value, wanted)) continue;
    throw new TypeError(
      `Cannot set the state of ${id}: expected ${describePart(wanted)} in "${name}", got ${
        describeValue(value)
      }`,
    );
  }
  return state as S;
}

/**
 * Sets a state of several parts, each of which may turn out not to fit when others are set already: then all go back.
 *
 * @param present What `getState` returns now.
 * @throws what `restore` throws for the state.
 */
export function restoreWholly<S>(state: S, present: S, restore: (state: S) => void): void {
  try {
    restore(state);
  } catch (error) {
    restore(present);
    throw error;
  }
}

function fits(value: unknown, wanted: StatePart): boolean {
  if (typeof wanted === "number") return lengthOf(value) === wanted;
  if (typeof wanted !== "string") return wanted.includes(value as string);
  if (wanted === "array") return Array.isArray(value);
  if (wanted === "count") return Number.isSafeInteger(value) && (value as number) >= 0;
  return typeof value === wanted && !Number.isNaN(value);
}

function describePart(wanted: StatePart): string {
  if (typeof wanted === "number") return `${wanted} values`;
  if (typeof wanted !== "string") return `one of "${wanted.join('", "')}"`;
  if (wanted === "array") return "an array";
  return wanted === "count" ? "an integer >= 0" : `a value of type ${wanted}`;
}

/** Of an array of whatever kind; strings and things with a length of their own are none. */
function lengthOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return ArrayBuffer.isView(value) && "length" in value ? value.length as number : undefined;
}
