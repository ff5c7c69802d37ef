import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { fileError } from "../../core/atomic_file.ts";
import { type NpzOptions, recordingToNpz } from "./npz.ts";
import type { RecordingFile } from "./recording_file.ts";

/**
 * Writes an episode, or some steps of it, as a NumPy archive; see {@link recordingToNpz}. A file of that name is
 * replaced when the archive is whole.
 *
 * @throws Error when it cannot be written; as `recordingToNpz`.
 */
export async function writeNpz(
  path: string,
  recording: RecordingFile,
  options: NpzOptions = {},
): Promise<void> {
  const temporary = `${path}.partial`;
  const parts = recordingToNpz(recording, options);
  const attempt = <T>(what: () => T): T => {
    try {
      return what();
    } catch (error) {
      throw fileError("write", path, error);
    }
  };
  const file = attempt(() => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(temporary, "w");
  });
  try {
    try {
      for await (const bytes of parts) {
        attempt(() => {
          for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
        });
      }
    } finally {
      closeSync(file);
    }
    attempt(() => renameSync(temporary, path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
