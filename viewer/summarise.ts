import type { Recording } from "../envs/recordings/reader.ts";
import type { EpisodeSummary } from "./library.ts";

/** A recording in a few words. @param path Where it lies, see {@link EpisodeSummary.path}. */
export function summarise(recording: Recording, path: string): EpisodeSummary {
  const { header, steps, rewards, terminated, truncated, damage } = recording;
  const { driver, policy } = header.metadata;
  return {
    path,
    env: header.env,
    seed: header.seed,
    steps,
    return: rewards.reduce((sum, reward) => sum + reward, 0),
    ending: terminated[steps - 1] ? "terminated" : truncated[steps - 1] ? "truncated" : "unfinished",
    driver: String(driver ?? policy ?? ""),
    dream: header.env.startsWith("Dream"),
    problem: damage?.message,
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
    problem: error instanceof Error ? error.message : String(error),
  };
}
