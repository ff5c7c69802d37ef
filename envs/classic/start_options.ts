import type { ResetOptions } from "../env.ts";
import { type ReadReset, readReset } from "../read_options.ts";

/** The options of a reset, numbers all; `low` and `high` are those between which the start is drawn. */
export type Start = Readonly<Record<string, number>>;

/**
 * What `reset` was given, with a task's defaults.
 *
 * @param id The environment's id, for the error.
 * @throws TypeError for an option that does not exist or is no number. @throws RangeError for one that is not finite, and
 * when `low` is above `high`.
 */
export function readStart(id: string, given: ResetOptions | undefined, defaults: Start): ReadReset<Start> {
  const { seed, options } = readReset(id, given, defaults);
  for (const [name, value] of Object.entries(options)) {
    if (Number.isFinite(value)) continue;
    throw new RangeError(`Cannot reset ${id}: expected a finite number of ${name}, got ${value}`);
  }
  const { low, high } = options;
  if (low > high) throw new RangeError(`Cannot reset ${id}: expected low <= high, got ${low} and ${high}`);
  return { seed, options };
}
