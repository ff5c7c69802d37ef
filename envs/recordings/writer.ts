import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { deflateSync } from "node:zlib";
import { fileError } from "../../core/atomic_file.ts";
import type { Info, Transition } from "../env.ts";
import {
  encodeChunk,
  type EndChunk,
  type HeaderChunk,
  RECORDING_FORMAT,
  RECORDING_MAGIC,
  RECORDING_VERSION,
  type RecordingHeader,
  type StepsChunk,
  TERMINATED,
  TRUNCATED,
} from "./format.ts";

/** Options of {@link RecordingWriter}. */
export interface RecordingWriterOptions {
  /** Steps in a chunk: how many are lost at most when the process dies. Default 100. */
  chunkSteps?: number;
  /** Whether a file that exists is replaced; otherwise it is an error. Default false. */
  overwrite?: boolean;
}

/** What the caller tells of an episode; format and version are the writer's. */
export type NewRecording = Omit<RecordingHeader, "format" | "version">;

/**
 * Writes an episode to a file, chunk by chunk, only ever at its end.
 *
 * A picture is given as what the header's `content` says: a state (`Float64Array`) or a frame (`Uint8Array`).
 */
export class RecordingWriter {
  /** The file. */
  readonly path: string;
  readonly #file: number;
  readonly #states: boolean;
  readonly #pictures: Float64Array | Uint8Array;
  readonly #actions: Float32Array;
  readonly #rewards: Float64Array;
  readonly #flags: Uint8Array;
  #filled = 0;
  #steps = 0;
  #open = true;

  /**
   * Creates the file and writes its header.
   *
   * @param first The state or frame that the reset gave.
   * @throws Error when the file exists or cannot be written, saying what to do.
   */
  constructor(
    path: string,
    recording: NewRecording & { first: Float64Array | Uint8Array },
    options: RecordingWriterOptions = {},
  ) {
    const { chunkSteps = 100, overwrite = false } = options;
    const { first, ...header } = recording;
    this.path = path;
    this.#states = header.content === "states";
    this.#pictures = this.#states
      ? new Float64Array(chunkSteps * first.length)
      : new Uint8Array(chunkSteps * first.length);
    this.#actions = new Float32Array(chunkSteps * header.actionSize);
    this.#rewards = new Float64Array(chunkSteps);
    this.#flags = new Uint8Array(chunkSteps);
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(path, overwrite ? "w" : "wx");
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw fileError("write", path, error);
      throw new Error(`Cannot write "${path}": expected a new file, got one that exists`, { cause: error });
    }
    const chunk = {
      ...header,
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      first: this.#pack(first),
    };
    this.#write(RECORDING_MAGIC);
    this.#writeChunk(chunk);
  }

  /**
   * Adds a step and the picture after it; what is passed is copied.
   *
   * @throws TypeError after the end, Error when the file cannot be written: it then keeps its whole chunks.
   */
  add(action: ArrayLike<number>, transition: Transition, picture: Float64Array | Uint8Array): void {
    if (!this.#open) {
      throw new TypeError(`Cannot write "${this.path}": expected an open recording, got one that has ended`);
    }
    const at = this.#filled++;
    this.#pictures.set(picture, at * picture.length);
    this.#actions.set(action, at * action.length);
    this.#rewards[at] = transition.reward;
    this.#flags[at] = (transition.terminated ? TERMINATED : 0) | (transition.truncated ? TRUNCATED : 0);
    if (this.#filled === this.#flags.length) this.#flush();
  }

  /** Writes what is left and the final chunk, and closes the file; a second call does nothing. */
  end(info: Info = {}): void {
    if (!this.#open) return;
    this.#flush();
    this.#writeChunk({ kind: "end", steps: this.#steps, info });
    this.#open = false;
    try {
      fsyncSync(this.#file);
    } catch (error) {
      throw fileError("write", this.path, error);
    } finally {
      closeSync(this.#file);
    }
  }

  #flush(): void {
    const count = this.#filled;
    if (count === 0) return;
    const perStep = (array: { length: number }) => array.length / this.#flags.length;
    this.#writeChunk({
      kind: "steps",
      count,
      pictures: this.#pack(this.#pictures.subarray(0, count * perStep(this.#pictures))),
      actions: bytesOf(this.#actions.subarray(0, count * perStep(this.#actions))),
      rewards: bytesOf(this.#rewards.subarray(0, count)),
      flags: this.#flags.subarray(0, count),
    });
    this.#steps += count;
    this.#filled = 0;
  }

  #pack(pictures: Float64Array | Uint8Array): Uint8Array {
    return this.#states ? bytesOf(pictures) : deflateSync(pictures as Uint8Array);
  }

  #writeChunk(chunk: HeaderChunk | StepsChunk | EndChunk): void {
    this.#write(encodeChunk(chunk));
  }

  #write(bytes: Uint8Array): void {
    try {
      for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#file, bytes, offset);
    } catch (error) {
      if (this.#open) closeSync(this.#file);
      this.#open = false;
      throw fileError("write", this.path, error);
    }
  }
}

function bytesOf(array: Float32Array | Float64Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
