import { type LoadedModel, loadModel } from "../generative/models/load_model.ts";
import { startBackend } from "../generative/runtime/mod.ts";
import { RunFolder, RunLock } from "../generative/train/mod.ts";
import { UsageError } from "./cli.ts";
import { backendLine, installLine } from "./environment.ts";
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
  const backend = await startBackend({
    purpose: "inference",
    onEvent: (event) => {
      const line = installLine(event);
      if (line !== undefined) progress.line(line);
    },
  });
  const loaded = loadModel(folder);
  progress.line(backendLine(backend));
  return loaded;
}

/** A whole number of a flag. @throws UsageError naming flag and limits. */
export function wholeNumber(
  flag: string,
  text: string | undefined,
  { fallback, minimum = 0 }: { fallback: number; minimum?: number },
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= minimum) return value;
  throw new UsageError(`Cannot set --${flag}: expected a whole number of ${minimum} or more, got "${text}"`);
}
