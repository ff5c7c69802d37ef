import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readRecording } from "../../envs/recordings/read_recording.ts";
import { openRecording } from "../../envs/recordings/open_recording.ts";
import type { Recording } from "../../envs/recordings/reader.ts";
import type { OfflineConfig, RecordedEpisode } from "../learner_kind.ts";
import { TEST_SEED } from "../seeds.ts";
import { replayEpisode } from "./replay_episode.ts";

/** What {@link readRecordings} reads. */
export interface ReadRecordings {
  /** Whole episodes: folder by folder, in the order of their files' names. */
  episodes: RecordedEpisode[];
  /** Recordings that are left out: of episodes that were not played to their end, or that the test is to play. */
  leftOut: number;
}

/**
 * The recorded episodes that an agent is to learn from, as it would have lived them. What an unfinished episode would have
 * earned is not known, and what the test plays is not to be learned: those are left out.
 *
 * @param options `onRead` hears of every file; `signal` stops between two.
 * @throws Error when there are none, or a file cannot be read; RecordingError for a file that is no recording; TypeError for
 * recordings that do not fit, see {@link replayEpisode}.
 */
export async function readRecordings(
  config: OfflineConfig,
  { onRead, signal }: { onRead?: (done: number, of: number) => void; signal?: AbortSignal } = {},
): Promise<ReadRecordings> {
  const paths = recordingPaths(config.recordings);
  const episodes: RecordedEpisode[] = [];
  for (const [index, path] of paths.entries()) {
    signal?.throwIfAborted();
    const recording = readRecording(path);
    if (isWhole(recording) && !isTested(recording, config)) {
      episodes.push(await replayEpisode(recording, config, path));
    }
    onRead?.(index + 1, paths.length);
    await new Promise((resolve) => setTimeout(resolve)); // lets signals in
  }
  if (episodes.length === 0) {
    throw new RangeError(
      `Cannot learn from "${config.recordings}": expected whole episodes with seeds from ${
        TEST_SEED + config.testEpisodes
      } on (the test plays those before), got none among ${paths.length}`,
    );
  }
  return { episodes, leftOut: paths.length - episodes.length };
}

/** The environment of some recordings (`OfflineConfig.recordings`): that of the first. @throws As {@link readRecordings}. */
export function recordedEnvironment(recordings: string): string {
  using recording = openRecording(recordingPaths(recordings)[0]);
  return recording.header.env;
}

/** The files of recordings in some folders and runs. @throws RangeError where there are none. */
function recordingPaths(recordings: string): string[] {
  if (recordings !== "") return recordings.split(",").flatMap(pathsIn);
  throw new RangeError(
    "Cannot learn from recordings: expected a folder of recordings or a run that recorded episodes, got none; set " +
      "--recordings FOLDER",
  );
}

function pathsIn(folder: string): string[] {
  const ofRun = join(folder, "recordings");
  const place = existsSync(join(folder, "config.json")) && existsSync(ofRun) ? ofRun : folder;
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory();
  const names = isFolder ? readdirSync(place).filter((name) => name.endsWith(".rec")).sort() : [];
  if (names.length > 0) return names.map((name) => join(place, name));
  throw new RangeError(
    `Cannot learn from "${folder}": expected a folder with recordings (*.rec), got ${
      isFolder ? "one without" : "none"
    }`,
  );
}

/** Whether its last step ended the episode. */
function isWhole({ steps, terminated, truncated }: Recording): boolean {
  return steps > 0 && (terminated[steps - 1] === 1 || truncated[steps - 1] === 1);
}

function isTested({ header: { seed } }: Recording, { testEpisodes }: OfflineConfig): boolean {
  return seed >= TEST_SEED && seed < TEST_SEED + testEpisodes;
}
