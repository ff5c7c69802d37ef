import { RECORDING_FORMAT } from "./format.ts";

/**
 * What is wrong with a file: `foreign` is no recording at all; `newer` was written by a later version of this code;
 * `truncated` ends too early (it was cut off, or is still being written); `damaged` holds bytes that were not written.
 */
export type RecordingProblem = "foreign" | "newer" | "truncated" | "damaged";

/** A recording cannot be read, or not to its end. */
export class RecordingError extends Error {
  /** The class, for those who only see the text. */
  override readonly name = "RecordingError";
  /** The format's name, {@link RECORDING_FORMAT}. */
  readonly format: string = RECORDING_FORMAT;
  /** Which kind of problem it is. */
  readonly code: RecordingProblem;
  /** The version in the file's header; `undefined` when the header is not readable. */
  readonly version?: number;
  /** Where the damage begins, a byte offset: that of the chunk that cannot be read. */
  readonly byte: number;
  /** How many steps before it are readable. */
  readonly steps: number;

  /** An error with this message about the problem at a byte. */
  constructor(
    message: string,
    at: { code: RecordingProblem; byte: number; steps?: number; version?: number },
  ) {
    super(message);
    this.code = at.code;
    this.byte = at.byte;
    this.steps = at.steps ?? 0;
    this.version = at.version;
  }
}
