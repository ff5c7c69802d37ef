import { nearestName } from "../../core/nearest_name.ts";

/**
 * Reads a reset's options as numbers, each with a default.
 *
 * @param id The environment's id, for the error.
 * @throws TypeError for an option that does not exist or is not a finite number.
 */
export function readStartOptions<Name extends string>(
  id: string,
  options: Record<string, unknown>,
  defaults: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(defaults);
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name)) {
      const nearest = nearestName(name, names);
      const hint = nearest ? ` (did you mean "${nearest}"?)` : "";
      throw new TypeError(
        `Cannot reset ${id}: expected options among ${names.join(", ")}, got "${name}"${hint}`,
      );
    }
    if (!Number.isFinite(value)) {
      throw new TypeError(`Cannot reset ${id}: expected a finite number in ${name}, got ${value}`);
    }
  }
  return { ...defaults, ...options };
}

/**
 * Reads `low` and `high`, between which an episode's start is drawn.
 *
 * @throws TypeError for other options. @throws RangeError when `low` is above `high`.
 */
export function readStartBounds(
  id: string,
  options: Record<string, unknown>,
  defaults: { low: number; high: number },
): { low: number; high: number } {
  const { low, high } = readStartOptions(id, options, defaults);
  if (low <= high) return { low, high };
  throw new RangeError(`Cannot reset ${id}: expected low <= high, got ${low} and ${high}`);
}
