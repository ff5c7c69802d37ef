import type { RecordingHeader } from "./format.ts";
import type { RecordingFile } from "./recording_file.ts";
import type { RecordingProblem } from "./recording_error.ts";

/** A recording in a few words; plain JSON. */
export interface RecordingDescription extends Omit<RecordingHeader, "format"> {
  /** How many steps can be read. */
  steps: number;
  /** The sum of their rewards. */
  return: number;
  /** How the episode ended: by its own rules, cut, or not at all. */
  ending: "terminated" | "truncated" | "unfinished";
  /** Size of the file. */
  bytes: number;
  /** Its share of a step; `null` where there is none. */
  bytesPerStep: number | null;
  /** The steps before which a key state was saved. */
  keySteps: readonly number[];
  /** Whether the file opens without being read through. */
  indexed: boolean;
  /** What is wrong with it; `null` when all of it is good. */
  problem: null | { code: RecordingProblem; byte: number; message: string };
}

/** Describes a recording after reading all of it. */
export function describeRecording(recording: RecordingFile): RecordingDescription {
  const { header: { format: _, ...header }, steps, bytes, keySteps, indexed } = recording;
  const damage = recording.check();
  return {
    ...header,
    steps,
    return: recording.return,
    ending: recording.terminated ? "terminated" : recording.truncated ? "truncated" : "unfinished",
    bytes,
    bytesPerStep: steps > 0 ? bytes / steps : null,
    keySteps,
    indexed,
    problem: damage ? { code: damage.code, byte: damage.byte, message: damage.message } : null,
  };
}
