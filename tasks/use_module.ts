import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importKinds } from "../agents/import_kinds.ts";
import { registerLearnerKind } from "../agents/kinds.ts";
import { registerModelKind } from "../generative/kinds.ts";
import { registerWorldKind } from "../worlds/kinds.ts";
import { shownPath } from "./paths.ts";
import { UsageError } from "./run_task.ts";

/**
 * Runs a module of the user's own and makes the models, world models and agents known that it exports. Only what the command line names is run,
 * never what a run names: a run may be somebody else's.
 *
 * @throws UsageError when there is no such module, it fails, or exports anything else.
 */
export async function useModule(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const source = `--module "${shownPath(file)}"`;
  if (!existsSync(file)) throw new UsageError(`Cannot use ${source}: expected a module, got no such file`);
  try {
    const { models, worlds, learners } = await importKinds(pathToFileURL(resolve(file)), source);
    models.forEach(registerModelKind);
    worlds.forEach(registerWorldKind);
    learners.forEach(registerLearnerKind);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
