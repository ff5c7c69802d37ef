import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  hasCheckpoint,
  type Json,
  loadCheckpoint,
  type MetricsLine,
  MetricsWriter,
  type NamedArray,
} from "../../generative/train/mod.ts";
import { assembleNetworks } from "./assemble_networks.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import { planStages } from "./plan.ts";
import { readRunConfig } from "./read_run_config.ts";
import { type SessionProgress, sessionProgressSchema, trainedNames } from "./session_progress.ts";

/** Longer silences between two measurements are pauses of the run, seconds. */
const LONGEST_SILENCE = 1800;

/** A run that has gone through all its stages, as its files tell of it. */
export interface FinishedRun {
  /** The folder of the run. */
  folder: string;
  config: TrainWorldModelConfig;
  /** What its checkpoint says of rounds and tests. */
  progress: SessionProgress;
  /** The checkpoint's arrays by group and name. */
  arrays: Record<string, Record<string, NamedArray>>;
  /** Groups of the checkpoint that drive and dream; the others are for training alone. */
  groups: string[];
  /** What `environment.json` holds. */
  environment: Record<string, Json>;
  /** What was measured round by round and in the tests. */
  measured: MetricsLine[];
  /** From the first measurement to the end of the controller's test, pauses left out. */
  seconds: number;
  /** When the controller's test ended, seconds since 1970. */
  finished: number;
}

/**
 * Reads a run of `train-world-model` that has come to its end.
 *
 * @param folder The run's folder.
 * @throws Error when there is no run or it is not finished; SyntaxError, TypeError or RangeError naming what is
 * damaged.
 */
export function readFinishedRun(folder: string): FinishedRun {
  const config = readRunConfig(folder);
  const networks = assembleNetworks(config);
  const { components } = networks;
  const checkpoints = join(folder, "checkpoints");
  const stages = planStages(config, networks).length;
  const { arrays, data: progress } = hasCheckpoint(checkpoints)
    ? loadCheckpoint(checkpoints, { data: sessionProgressSchema(components) })
    : { arrays: {}, data: undefined };
  const done = progress?.stage ?? 0;
  const lines = new MetricsWriter(folder).lines();
  const finished = lines.find(({ name }) => name === "test controller")?.time;
  if (progress === undefined || done < stages || finished === undefined) {
    throw new Error(
      `Cannot use "${folder}": expected a finished run, got one after ${done} of ${stages} stages${
        done < stages ? "; resume its training first" : " without a test"
      }`,
    );
  }
  const environment = join(folder, "environment.json");
  return {
    folder,
    config,
    progress,
    arrays,
    groups: trainedNames(components),
    environment: existsSync(environment) ? JSON.parse(readFileSync(environment, "utf8")) : {},
    measured: lines.filter(({ name }) => name === "round" || name.startsWith("test ")),
    seconds: secondsUntil(finished, lines),
    finished,
  };
}

function secondsUntil(end: number, lines: readonly MetricsLine[]): number {
  const times = lines.map(({ time }) => time).filter((time) => time <= end).toSorted((a, b) => a - b);
  return times.slice(1).reduce((sum, time, i) => {
    const silence = time - times[i];
    return silence <= LONGEST_SILENCE ? sum + silence : sum;
  }, 0);
}
