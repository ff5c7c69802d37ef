import { isLearnerKind } from "../agents/kinds.ts";
import { isModelKind } from "../generative/kinds.ts";
import { type LoadedModel, loadModel } from "../generative/load_model.ts";
import { runFamily, RunFolder, RunLock } from "../generative/train/mod.ts";
import { backendLine, startBackendFor } from "./environment.ts";
import { environmentOf } from "./model_results.ts";
import { shownPath } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { UsageError } from "./run_task.ts";

/**
 * Keeps a run for a task that writes to it.
 *
 * @param advice What can be done while another process writes to it.
 * @throws Error when there is no run, or another process writes to it.
 */
export function lockRun(folder: string, advice?: string): RunLock {
  return RunLock.acquire(RunFolder.load(folder).path, advice);
}

/**
 * Checks that the model or agent of a run of `deno task train` is known. The module that it comes from is never run
 * because a run names it: the user names it again.
 *
 * @throws UsageError where it is not, or Error when there is no run.
 */
export function expectKnownModel(folder: string): void {
  const { kind: name, config } = RunFolder.load(folder);
  if (isLearnerKind(name) || isModelKind(name)) return;
  const { module } = environmentOf(folder);
  const trained = module === undefined ? "" : `; it was trained with "${module}"`;
  throw new UsageError(
    `Cannot open "${shownPath(folder)}": its ${
      runFamily(name, config)
    } "${name}" does not come with Somnium, and --module FILE is missing, ` +
      `which names the module that exports it${trained}`,
  );
}

/** Starts TensorFlow and reads a run of `deno task train`. @throws As {@link expectKnownModel}. */
export async function openModel(folder: string, progress: Progress): Promise<LoadedModel> {
  expectKnownModel(folder);
  const backend = await startBackendFor(progress, { purpose: "inference" });
  const loaded = loadModel(folder);
  progress.line(backendLine(backend));
  return loaded;
}
