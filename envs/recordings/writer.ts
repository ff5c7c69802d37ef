import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { fileError } from "../../core/atomic_file.ts";
import type { Info, Transition } from "../env.ts";
import { type EpisodeRecorder, type NewRecording, RecordingEncoder } from "./encoder.ts";

/** Options of {@link RecordingWriter}. */
export interface RecordingWriterOptions {
  /** Steps in a chunk: how many are lost at most when the process dies. Default 100. */
  chunkSteps?: number;
  /** Whether a file that exists is replaced; otherwise it is an error. Default false. */
  overwrite?: boolean;
}

/** Writes an episode to a file, chunk by chunk, only ever at its end; see {@link RecordingEncoder}. */
export class RecordingWriter implements EpisodeRecorder {
  /** The file. */
  readonly path: string;
  readonly #file: number;
  readonly #encoder: RecordingEncoder;

  /**
   * Creates the file and writes its header.
   *
   * @param recording The header; `first` is the state or frame that the reset gave.
   * @throws Error when the file exists or cannot be written, saying what to do.
   */
  constructor(
    path: string,
    recording: NewRecording & { first: Float64Array | Uint8Array },
    options: RecordingWriterOptions = {},
  ) {
    const { chunkSteps, overwrite = false } = options;
    this.path = path;
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(path, overwrite ? "w" : "wx");
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw fileError("write", path, error);
      throw new Error(`Cannot write "${path}": expected a new file, got one that exists`, { cause: error });
    }
    this.#encoder = new RecordingEncoder(recording, (bytes) => this.#write(bytes), {
      chunkSteps,
      name: path,
    });
  }

  /**
   * Adds a step and the picture after it; what is passed is copied.
   *
   * @throws TypeError after the end, Error when the file cannot be written: it then keeps its whole chunks.
   */
  add(action: ArrayLike<number>, transition: Transition, picture: Float64Array | Uint8Array): void {
    this.#encoder.add(action, transition, picture);
  }

  /** Writes what is left and the final chunk, and closes the file; a second call does nothing. */
  end(info: Info = {}): void {
    if (!this.#encoder.open) return;
    this.#encoder.end(info);
    try {
      fsyncSync(this.#file);
    } catch (error) {
      throw fileError("write", this.path, error);
    } finally {
      closeSync(this.#file);
    }
  }

  #write(bytes: Uint8Array): void {
    try {
      for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#file, bytes, offset);
    } catch (error) {
      closeSync(this.#file);
      throw fileError("write", this.path, error);
    }
  }
}
