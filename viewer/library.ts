/** The library's format that this code writes and reads. */
export const LIBRARY_VERSION = 1;

/**
 * What there is to look at, `library.json`: the server makes it afresh for each request, a static export holds it as a
 * file. All paths are relative to it, with slashes.
 */
export interface Library {
  /** See {@link LIBRARY_VERSION}. */
  version: number;
  /** Whether a server stands behind it: the library is worth asking for again. */
  live: boolean;
  /** Whether `lab` is a WebSocket that computes dreams, where the browser cannot. */
  lab: boolean;
  /** Kinds of model that the server alone computes: those of a module of the reader's own. @default none */
  serverKinds?: readonly string[];
  /** Run folders: the reader's own, the newest first, then the examples. */
  runs: RunEntry[];
  /** Recordings that belong to no run. */
  recordings: EpisodeSummary[];
}

/** A run folder. */
export interface RunEntry {
  /** Its name; its files lie below `runs/<name>/`. */
  name: string;
  /** What was trained: `train-world-model`, or a generative model's name. */
  kind: string;
  /** Id of the environment that it learned, where its configuration names one. */
  environment?: string;
  /** Whether it came with Somnium. */
  example: boolean;
  /** When it last changed, milliseconds since 1970. */
  modified: number;
  /** Whether it seems to be training: something changed within the last minute. */
  training: boolean;
  /** Its files. */
  files: FileEntry[];
  /** Its recordings. */
  episodes: EpisodeSummary[];
  /** Why its configuration cannot be read, where it cannot. */
  problem?: string;
}

/** A file of a run. */
export interface FileEntry {
  /** Relative to the run's folder: `checkpoints/checkpoint.json`. */
  path: string;
  /** Its size. */
  bytes: number;
  /** When it last changed, milliseconds since 1970. */
  modified: number;
}

/** A recording in a few words. */
export interface EpisodeSummary {
  /** Relative to the library: `runs/default/recordings/test-seed-0.rec`. */
  path: string;
  /** Id of its environment. */
  env: string;
  /** Seed of the episode. */
  seed: number;
  /** Its steps. */
  steps: number;
  /** The sum of its rewards. */
  return: number;
  /** How it ended; `unfinished` when its recorder was stopped. */
  ending: "terminated" | "truncated" | "unfinished";
  /** Who drove: `controller`, `pursuit`, `human`, `random`; empty where the recording does not say. */
  driver: string;
  /** Whether it was dreamt. */
  dream: boolean;
  /** What is wrong with the file, where something is; the other fields are then as far as it can be read. */
  problem?: string;
}
