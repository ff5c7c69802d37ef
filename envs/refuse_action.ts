import { describeValue } from "./describe_value.ts";

/** How many numbers of an action an error lists. */
const LISTED = 16;

/**
 * Refuses an action, in words that also help those who pass what Gymnasium takes: one number.
 *
 * @param what What cannot be done otherwise: `step CarRacing-v3`.
 * @param wanted The values of an action that belongs: `one integer in 0 .. 4`.
 * @throws TypeError always.
 */
export function refuseAction(what: string, wanted: string, action: unknown): never {
  throw new TypeError(`Cannot ${what}: expected an action of ${wanted}, got ${describeAction(action)}`);
}

/** What was given as an action: the values of a list, and what to write instead of a single number. */
export function describeAction(action: unknown): string {
  if (typeof action === "number" || typeof action === "bigint") {
    return `the number ${describeValue(action)}; pass it as a list, [${action}]`;
  }
  const list = Array.isArray(action) || ArrayBuffer.isView(action) && "length" in action;
  if (!list) return describeValue(action);
  const values = Array.from(action as unknown[]);
  const listed = values.slice(0, LISTED).map((value) => Array.isArray(value) ? "[..]" : describeValue(value));
  return `[${listed.join(", ")}${values.length > LISTED ? `, .. ${values.length} values` : ""}]`;
}

/** Whether a value is a list of that many finite numbers. */
export function isFiniteAction(action: ArrayLike<number>, size: number): boolean {
  if (typeof action !== "object" || action?.length !== size) return false;
  for (let i = 0; i < size; i++) if (!Number.isFinite(action[i])) return false;
  return true;
}
