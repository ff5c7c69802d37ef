import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { fileError } from "../../core/atomic_file.ts";
import type { EnvState, Info, Transition } from "../env.ts";
import { type EpisodeRecorder, type NewRecording, RecordingEncoder } from "./encoder.ts";
import type { RecordedPicture } from "./format.ts";

/** Options of {@link RecordingWriter}. */
export interface RecordingWriterOptions {
  /** Steps in a chunk: how many are lost at most when the process dies. @default 100 */
  chunkSteps?: number;
  /** Whether a file that exists is replaced; otherwise it is an error. @default false */
  overwrite?: boolean;
}

/** Writes an episode to a file, chunk by chunk, only ever at its end; see {@link RecordingEncoder}. */
export class RecordingWriter implements EpisodeRecorder {
  /** The file. */
  readonly path: string;
  readonly #file: number;
  #closed = false;
  readonly #encoder: RecordingEncoder;

  /**
   * Creates the file and writes its header.
   *
   * @param recording The header; `first` is the state, frame or vector that the reset gave.
   * @throws Error when the file exists or cannot be written, saying what to do.
   */
  constructor(
    path: string,
    recording: NewRecording & { first: RecordedPicture },
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
  add(action: ArrayLike<number>, transition: Transition, picture: RecordedPicture): void {
    this.#encoder.add(action, transition, picture);
  }

  /**
   * Keeps the environment's whole state as it is now; see {@link RecordingEncoder.keyState}.
   *
   * @throws TypeError after the end, and when the state holds other than plain values; Error as `add`.
   */
  keyState(state: EnvState): void {
    this.#encoder.keyState(state);
  }

  /**
   * Writes what is left and the final chunk, and closes the file; a second call does nothing.
   *
   * @throws TypeError when the info holds other than plain values, Error as `add`; the file is closed all the same.
   */
  end(info: Info = {}): void {
    if (!this.#encoder.open) return;
    try {
      this.#encoder.end(info);
      this.#flush();
    } finally {
      this.#close();
    }
  }

  #write(bytes: Uint8Array): void {
    try {
      for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#file, bytes, offset);
    } catch (error) {
      this.#close();
      throw fileError("write", this.path, error);
    }
  }

  #flush(): void {
    try {
      fsyncSync(this.#file);
    } catch (error) {
      throw fileError("write", this.path, error);
    }
  }

  #close(): void {
    if (!this.#closed) closeSync(this.#file);
    this.#closed = true;
  }
}
