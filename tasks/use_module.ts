import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expectModelKind } from "../generative/models/expect_model_kind.ts";
import { registerModelKind } from "../generative/kinds.ts";
import { type Flag, path } from "./flags.ts";
import { shownPath } from "./paths.ts";
import { usage, UsageError } from "./run_task.ts";

/** `--module`, alike for all tasks that work with models. */
export const MODULE_FLAG: Flag<string | undefined> = path(
  "FILE",
  "a module whose default export is a model of your own, or an array of them; its code runs",
  "none",
);

/**
 * Runs a module of the user's own and makes the models known that it exports. Only what the command line names is run,
 * never what a run names: a run may be somebody else's.
 *
 * @throws UsageError when there is no such module, it fails, or exports anything else.
 */
export async function useModule(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const source = `--module "${shownPath(file)}"`;
  if (!existsSync(file)) throw new UsageError(`Cannot use ${source}: expected a module, got no such file`);
  let exported: unknown;
  try {
    ({ default: exported } = await import(pathToFileURL(resolve(file)).href));
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).trim().split("\n");
    throw new UsageError(`Cannot use ${source}: ${reason}`, { cause: error });
  }
  const kinds: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (exported === undefined || kinds.length === 0) {
    throw new UsageError(
      `Cannot use ${source}: expected a model kind, or an array of them, as its default export, got none`,
    );
  }
  for (const kind of kinds) usage(() => registerModelKind(expectModelKind(kind, source)));
}
