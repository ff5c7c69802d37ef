import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fileError } from "../../core/atomic_file.ts";
import type { ByteSource } from "./chunk.ts";
import type { ParseOptions } from "./reader.ts";
import { RecordingFile } from "./recording_file.ts";

/**
 * Opens a recording's file to read parts of it; see {@link RecordingFile}. Close it after, or declare it by `using`.
 *
 * @param options What error messages call the file; by default its path.
 * @throws Error when the file cannot be read, RecordingError when nothing in it is readable.
 *
 * @example
 * ```ts
 * import { openRecording } from "./mod.ts";
 *
 * function lastHundred(path: string): Float64Array {
 *   using episode = openRecording(path);
 *   return episode.range(Math.max(0, episode.steps - 100)).rewards;
 * }
 * ```
 */
export function openRecording(path: string, { name = path }: ParseOptions = {}): RecordingFile {
  return new RecordingFile(new FileBytes(path), { name });
}

/** A file's bytes, as many as it had when it was opened. */
class FileBytes implements ByteSource {
  readonly length: number;
  readonly #path: string;
  readonly #file: number;
  #open = true;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, "r");
    } catch (error) {
      throw fileError("read", path, error);
    }
    this.length = fstatSync(this.#file).size;
  }

  read(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(to - from);
    try {
      for (let at = 0; at < bytes.length;) {
        const count = readSync(this.#file, bytes, at, bytes.length - at, from + at);
        if (count === 0) throw new Error(`the file has become shorter than ${to} bytes`);
        at += count;
      }
    } catch (error) {
      throw fileError("read", this.#path, error);
    }
    return bytes;
  }

  close(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }
}
