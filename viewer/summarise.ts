import { describeRecording } from "../envs/recordings/describe.ts";
import type { RecordingHeader } from "../envs/recordings/format.ts";
import type { Recording } from "../envs/recordings/reader.ts";
import type { RecordingFile } from "../envs/recordings/recording_file.ts";
import type { EpisodeSummary } from "./library.ts";

/** Characters of what is said of a recording. */
const LONGEST_WORDS = 400;

/** A recording in a few words. @param path Where it lies, see {@link EpisodeSummary.path}. */
export function summarise(recording: Recording, path: string): EpisodeSummary {
  const { header, steps, rewards, terminated, truncated, damage } = recording;
  return {
    path,
    ...wordsOf(header),
    steps,
    return: rewards.reduce((sum, reward) => sum + reward, 0),
    ending: terminated[steps - 1] ? "terminated" : truncated[steps - 1] ? "truncated" : "unfinished",
    problem: damage ? brief(damage.message) : undefined,
  };
}

/** A recording's file in a few words, after reading all of it, a part at a time. @param path See {@link summarise}. */
export function summariseFile(recording: RecordingFile, path: string): EpisodeSummary {
  const { steps, return: total, ending, problem } = describeRecording(recording);
  return {
    path,
    ...wordsOf(recording.header),
    steps,
    return: total,
    ending,
    problem: problem ? brief(problem.message) : undefined,
  };
}

function wordsOf({ env, seed, metadata: { driver, policy } }: RecordingHeader) {
  return {
    env: brief(env),
    seed,
    driver: brief(String(driver ?? policy ?? "")),
    dream: env.startsWith("Dream"),
  };
}

/** What is known of a recording that cannot be read. */
export function unreadable(path: string, error: unknown): EpisodeSummary {
  return {
    path,
    env: "",
    seed: 0,
    steps: 0,
    return: 0,
    ending: "unfinished",
    driver: "",
    dream: false,
    problem: brief(error instanceof Error ? error.message : String(error)),
  };
}

/** A text that a file brought, short enough to be told with every library. */
function brief(text: string): string {
  return text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS)}..` : text;
}
