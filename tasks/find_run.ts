import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { nearestName } from "../core/nearest_name.ts";
import { UsageError } from "./cli.ts";

/** Where the runs lie that come with Somnium. */
export const EXAMPLES = "pretrained";
/** Where runs lie that are told by their names. */
const ROOTS = ["runs", EXAMPLES];

/**
 * The run that a task is told.
 *
 * @param wanted What errors ask for, with an example.
 * @throws UsageError when it is told none, or more than one.
 */
export function oneRun(
  positionals: readonly string[],
  task: string,
  wanted = "run folder such as runs/vae-fashion-default-1",
): string {
  if (positionals.length === 1) return positionals[0];
  throw new UsageError(`Cannot ${task}: expected one ${wanted}, got ${positionals.join(" ") || "none"}`);
}

/**
 * The folder of the run that a reader means: a path, or the name of a run or of an example.
 *
 * @throws UsageError naming the nearest name when there is none.
 */
export function findRun(meant: string, task: string): string {
  const places = [meant, ...basename(meant) === meant ? ROOTS.map((root) => join(root, meant)) : []];
  const found = places.find((place) => existsSync(join(place, "config.json")));
  if (found !== undefined) return found;
  const names = ROOTS.flatMap((root) => existsSync(root) ? readdirSync(root) : []);
  const near = nearestName(basename(meant), names);
  throw new UsageError(
    `Cannot ${task} "${meant}": expected a run's folder or name, got nothing there${
      near === undefined ? "" : `; did you mean "${near}"?`
    }`,
  );
}
