import {
  closeSync,
  type Dirent,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { processIsAlive } from "./process_is_alive.ts";

/**
 * Writes a file so that a reader finds the old content or the new one, never a part: temporary file beside it
 * (`<path>.<process>.partial`, no other process's), flush to the disk, rename.
 *
 * @throws Error naming the file and the cause (a full disk, a read-only folder); the old file stays as it was.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let temporary: string | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const [name, file] = openTemporary(path);
    temporary = name;
    try {
      for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    try {
      if (temporary !== undefined) rmSync(temporary, { force: true });
    } catch {
      // The folder itself cannot be written to: the first error says so.
    }
    throw fileError("write", path, error);
  }
}

/** A new file that is only ours: where processes of several machines share a folder, they may have one number. */
function openTemporary(path: string): [name: string, file: number] {
  for (let attempt = 0;; attempt++) {
    const name = `${path}.${process.pid}${attempt === 0 ? "" : `-${attempt}`}.partial`;
    try {
      return [name, openSync(name, "wx")];
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    }
  }
}

/**
 * Removes the temporary files that killed processes left in a folder and those within it; what cannot be removed
 * stays. Only for a folder that this process alone writes to: otherwise one of its own threads may be at work.
 */
export function removeAbandonedFiles(folder: string): void {
  for (const entry of listFolder(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeAbandonedFiles(path);
    const owner = /\.(\d+)(?:-\d+)?\.partial$/.exec(entry.name)?.[1];
    if (!entry.isFile() || owner === undefined) continue;
    if (Number(owner) !== process.pid && processIsAlive(Number(owner))) continue;
    try {
      rmSync(path, { force: true });
    } catch {
      // It is in nobody's way.
    }
  }
}

function listFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // it is not there, or not ours to read
  }
}

/** What {@link fileError} advises where a file may not be written; who knows how to choose the folder says that instead. */
export const ELSEWHERE = "choose another folder, or change who may write there";

/** Turns an operating-system error into one sentence that says what to do. */
export function fileError(action: string, path: string, cause: unknown): Error {
  const code = (cause as { code?: string }).code ?? "";
  const elsewhere = action === "write" ? `: ${ELSEWHERE}` : "";
  const advice: Record<string, string> = {
    ENOSPC: "the disk is full: free some space and run the same command again",
    EROFS: `the file system is read-only${elsewhere}`,
    EACCES: `permission denied${elsewhere}`,
    EPERM: `permission denied${elsewhere}`,
    ENOENT: "no such file or folder",
    ENOTDIR: "a part of the path is a file, not a folder",
    EISDIR: "expected a file, found a folder",
    ENAMETOOLONG: "its name is too long: choose a shorter one",
  };
  return new Error(`Cannot ${action} "${path}": ${advice[code] ?? (cause as Error).message ?? cause}`, {
    cause,
  });
}
