import { nearestName } from "../core/nearest_name.ts";
import { describeValue } from "./describe_value.ts";
import type { ResetOptions } from "./env.ts";

/**
 * An environment's options with their defaults, which say what type each has: options also come from recordings, command
 * lines and JavaScript, where no compiler has looked at them. Names are `make`'s to check.
 *
 * @param id The environment's id, for the error.
 * @throws TypeError for options that are no plain object, and for a value of another type than its default.
 */
export function readOptions<T extends object>(id: string, options: Partial<T>, defaults: T): T {
  return complete(`make ${id}`, expectPlain(`make ${id}`, "options", options), defaults);
}

/** What {@link readReset} returns. */
export interface ReadReset<T> {
  /** The seed that was given, if any. */
  seed: number | undefined;
  /** All options of the reset. */
  options: T;
}

/**
 * What `reset` was given, the environment's own options with their defaults. To be called before the reset changes
 * anything, so that a running episode goes on after one that is refused.
 *
 * @param id The environment's id, for the error.
 * @param defaults The options that a reset takes, `{}` for none.
 * @throws TypeError for what is no plain object, for an unknown name, naming the nearest one, and for a value of another
 * type than its default. @throws RangeError for a seed that is no integer in 0 .. 2 ** 53 - 1.
 */
export function readReset<T extends object>(id: string, given: ResetOptions = {}, defaults: T): ReadReset<T> {
  const what = `reset ${id}`;
  expectNames(what, "arguments", given, ["seed", "options"]);
  const { seed, options = {} } = given;
  if (seed !== undefined) expectSeed(what, seed);
  expectNames(what, "options", options, Object.keys(defaults));
  return { seed, options: complete<T>(what, options as Partial<T>, defaults) };
}

/**
 * Refuses what is no seed.
 *
 * @param what What cannot be done otherwise: `reset CarRacing-v3`.
 * @param role What the seed is of: `the seed`.
 * @throws TypeError for what is no number. @throws RangeError for one that is no integer, below 0, or not exact.
 */
export function expectSeed(what: string, seed: unknown, role = "the seed"): void {
  if (Number.isSafeInteger(seed) && seed as number >= 0) return;
  const exact = typeof seed === "bigint" && seed >= 0n && seed <= BigInt(Number.MAX_SAFE_INTEGER);
  const got = exact ? `the bigint ${seed}n; pass the number ${seed}` : describeValue(seed);
  const Kind = typeof seed === "number" ? RangeError : TypeError;
  throw new Kind(`Cannot ${what}: expected an integer in 0 .. 2 ** 53 - 1 as ${role}, got ${got}`);
}

/**
 * Refuses what is no plain object, and names that are not known.
 *
 * @param what What cannot be done otherwise, for the error: `reset CarRacing-v3`.
 * @param kind What the names are of: `options`.
 * @throws TypeError that names the first unknown one, and the nearest known one.
 */
export function expectNames(what: string, kind: string, given: unknown, known: readonly string[]): void {
  const unknown = Object.keys(expectPlain(what, kind, given)).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const wanted = known.length > 0 ? `${kind} among ${known.join(", ")}` : `no ${kind} (it takes none)`;
  throw new TypeError(`Cannot ${what}: expected ${wanted}, got "${unknown}"${hint(unknown, known)}`);
}

/** The known name that is nearest to one that is not, as the end of an error. */
export function hint(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest ? ` (did you mean "${nearest}"?)` : "";
}

/** The options of these names, or their defaults. */
function complete<T extends object>(what: string, options: Partial<T>, defaults: T): T {
  const complete = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T & string)[]) {
    const value = options[name];
    if (value === undefined) continue;
    const wanted = typeof defaults[name];
    if (typeof value !== wanted || (wanted === "object" && !isPlain(value))) {
      throw new TypeError(`Cannot ${what}: expected a ${wanted} of ${name}, got ${describeValue(value)}`);
    }
    complete[name] = value;
  }
  return complete;
}

/** An object as `{}` makes it. @throws TypeError for all else. */
export function expectPlain<T>(what: string, kind: string, given: T): T & object {
  if (isPlain(given)) return given;
  throw new TypeError(`Cannot ${what}: expected a plain object of ${kind}, got ${describeValue(given)}`);
}

/** Whether a value is an object as `{}` makes it, in whatever window or worker. */
function isPlain<T>(value: T): value is T & object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
