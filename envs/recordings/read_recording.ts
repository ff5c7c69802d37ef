import { readFileSync } from "node:fs";
import { fileError } from "../../core/atomic_file.ts";
import { parseRecording, type Recording } from "./reader.ts";

/**
 * Reads a recording's file; see {@link parseRecording}.
 *
 * @throws Error when the file cannot be read, RecordingError when nothing in it is readable.
 */
export function readRecording(path: string): Recording {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
  return parseRecording(bytes, { name: path });
}
