import { type LoadedModel, loadModel } from "../generative/models/load_model.ts";
import { RunFolder, RunLock } from "../generative/train/mod.ts";
import { backendLine, startBackendFor } from "./environment.ts";
import type { Progress } from "./progress.ts";

/**
 * Keeps a run for a task that writes to it.
 *
 * @param advice What can be done while another process writes to it.
 * @throws Error when there is no run, or another process writes to it.
 */
export function lockRun(folder: string, advice?: string): RunLock {
  return RunLock.acquire(RunFolder.load(folder).path, advice);
}

/** Starts TensorFlow and reads a run of `deno task train`. */
export async function openModel(folder: string, progress: Progress): Promise<LoadedModel> {
  const backend = await startBackendFor(progress, { purpose: "inference" });
  const loaded = loadModel(folder);
  progress.line(backendLine(backend));
  return loaded;
}
