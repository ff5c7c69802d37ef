import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file so that a reader finds the old content or the new one, never a part: temporary file beside it,
 * flush to the disk, rename.
 *
 * @throws Error naming the file and the cause (a full disk, a read-only folder); the old file stays as it was.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const temporary = `${path}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, "w");
    try {
      for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The folder itself cannot be written to: the first error says so.
    }
    throw fileError("write", path, error);
  }
}

/** Turns an operating-system error into one sentence that says what to do. */
export function fileError(action: string, path: string, cause: unknown): Error {
  const code = (cause as { code?: string }).code ?? "";
  const advice: Record<string, string> = {
    ENOSPC: "the disk is full: free some space and start the run again, it goes on where it stopped",
    EROFS: "the file system is read-only: choose another folder with --runs DIR",
    EACCES: "permission denied: choose another folder with --runs DIR or change its owner",
    EPERM: "permission denied: choose another folder with --runs DIR or change its owner",
    ENOENT: "no such file or folder",
    ENOTDIR: "a part of the path is a file, not a folder",
    EISDIR: "expected a file, found a folder",
  };
  return new Error(`Cannot ${action} "${path}": ${advice[code] ?? (cause as Error).message ?? cause}`, {
    cause,
  });
}
