import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileError, writeFileAtomic } from "../../core/atomic_file.ts";
import { parseRecording } from "../../envs/mod.ts";
import { type Json, type NamedArray, saveCheckpoint, WORLD_MODEL_RUN } from "../../generative/train/mod.ts";
import { encodeMetricsLine } from "../../generative/train/metrics_line.ts";
import { encodeRunConfig } from "../../generative/train/run_config.ts";
import { type FinishedRun, readFinishedRun } from "./finished_run.ts";

/** The options of {@link releaseRun}. */
export interface ReleaseOptions {
  /** The most bytes that the folder may hold. */
  limit: number;
  /** Whether a folder that is there is replaced. @default false */
  force?: boolean;
  /** The model card, `README.md`, of what is released. */
  card(release: Release): string;
}

/** A run to release. */
export interface Release {
  /** What to call it: the new folder's name. */
  name: string;
  /** The folder that will hold it. */
  folder: string;
  /** The run that it is made of. */
  run: FinishedRun;
  /** The recording that goes along: of the controller's drives the one whose return is nearest to the test's mean. */
  recording: ChosenRecording;
  /** Numbers in each group of the checkpoint. */
  parameters: Record<string, number>;
}

/** A drive of the run's controller. */
export interface ChosenRecording {
  /** The file's name. */
  name: string;
  /** Seed of its episode. */
  seed: number;
  steps: number;
  return: number;
  /** Of how many it was chosen. */
  among: number;
}

/** A file that was written. */
export interface ReleasedFile {
  /** Relative to the folder. */
  path: string;
  bytes: number;
}

/**
 * Makes of a finished run a small one that others can drive, dream and measure with: parameters in half precision, no
 * optimisers, rollouts or pictures, one recording, a model card. The new folder appears whole or not at all.
 *
 * @param folder The run's folder.
 * @param to The new folder.
 * @returns What was written.
 * @throws Error when the run is not finished or damaged, or something cannot be written; RangeError when the folder is
 * there already, or would be larger than the limit.
 */
export async function releaseRun(
  folder: string,
  to: string,
  options: ReleaseOptions,
): Promise<ReleasedFile[]> {
  const { limit, force = false, card } = options;
  const run = readFinishedRun(folder);
  if (existsSync(to) && !force) {
    throw new RangeError(`Cannot release to "${to}": it already exists; --force replaces it`);
  }
  const recording = chooseRecording(run);
  const tensors = Object.fromEntries(
    run.groups.map((group) => [group, run.arrays[group] ?? missing(folder, group)]),
  );
  const staging = `${to}.partial`;
  try {
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(join(staging, "recordings"), { recursive: true });
    copyFileSync(join(folder, "recordings", recording.name), join(staging, "recordings", recording.name));
    await saveCheckpoint(join(staging, "checkpoints"), {
      tensors,
      data: { ...run.progress, learner: null } as unknown as Json,
      half: true,
    });
    const parameters = Object.fromEntries(run.groups.map((group) => [group, countNumbers(tensors[group])]));
    const release: Release = { name: basename(to), folder: to, run, recording, parameters };
    const write = (name: string, text: string) => writeFileAtomic(join(staging, name), text);
    write(
      "config.json",
      encodeRunConfig({ released: true, kind: WORLD_MODEL_RUN, config: { ...run.config } }),
    );
    write("environment.json", JSON.stringify(run.environment, null, 2) + "\n");
    write("metrics.jsonl", run.measured.map(encodeMetricsLine).join(""));
    write("README.md", card(release));
    const files = listFiles(staging);
    const bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (bytes > limit) {
      const [wanted, got] = [limit, bytes].map((bytes) => (bytes / 1e6).toFixed(1));
      throw new RangeError(
        `Cannot release "${folder}": expected at most ${wanted} MB, got ${got} MB; --limit allows more`,
      );
    }
    replaceFolder(to, staging);
    return files;
  } catch (error) {
    throw (error as { code?: string }).code === undefined ? error : fileError("write", to, error);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Puts a folder in the place of another, which stays until the new one is whole. */
function replaceFolder(folder: string, fresh: string): void {
  const old = `${folder}.old.partial`;
  rmSync(old, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
  rmSync(old, { recursive: true, force: true });
}

/** The drive that shows best what to expect: no lucky one. */
function chooseRecording({ folder, progress }: FinishedRun): ChosenRecording {
  const recordings = join(folder, "recordings");
  const names = existsSync(recordings) ? readdirSync(recordings).filter((name) => name.endsWith(".rec")) : [];
  const drives = names.toSorted().flatMap((name) => {
    const { header, steps, rewards, damage } = parseRecording(readFileSync(join(recordings, name)), { name });
    if (damage || header.metadata.driver !== "controller") return [];
    return [{ name, seed: header.seed, steps, return: rewards.reduce((sum, reward) => sum + reward, 0) }];
  });
  if (drives.length === 0) {
    throw new Error(`Cannot release "${folder}": expected a recording of its controller, got none`);
  }
  const { mean } = progress.tests[0];
  const [nearest] = drives.toSorted((a, b) => Math.abs(a.return - mean) - Math.abs(b.return - mean));
  return { ...nearest, among: drives.length };
}

function missing(folder: string, group: string): never {
  throw new Error(`Cannot release "${folder}": expected "${group}" in its checkpoint, got none`);
}

function countNumbers(arrays: Record<string, NamedArray>): number {
  return Object.values(arrays).reduce((sum, { data }) => sum + data.length, 0);
}

function listFiles(folder: string): ReleasedFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted().flatMap((path) => {
    const stat = statSync(join(folder, path));
    return stat.isFile() ? [{ path, bytes: stat.size }] : [];
  });
}
