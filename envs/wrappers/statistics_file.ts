import { readFileSync } from "node:fs";
import { fileError, writeFileAtomic } from "../../core/atomic_file.ts";
import type { Statistics } from "./running_statistics.ts";

/** Writes the statistics of a wrapper that normalizes as JSON, whole or not at all. */
export function writeStatistics(path: string, statistics: Statistics): void {
  writeFileAtomic(path, JSON.stringify(statistics) + "\n");
}

/**
 * Reads statistics that {@link writeStatistics} wrote, bit by bit the same; the wrapper that they are given to checks
 * that they fit.
 *
 * @throws Error when the file cannot be read.
 * @throws SyntaxError when it is not JSON.
 */
export function readStatistics(path: string): Statistics {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw fileError("read", path, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(
      `Cannot read "${path}": expected statistics as JSON, got ${(error as Error).message}`,
    );
  }
}
