import { zlibSync } from "fflate";
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

/** What the caller tells of an episode; format and version are the encoder's. */
export type NewRecording = Omit<RecordingHeader, "format" | "version">;

/** An episode's recording that goes on: a file, or bytes in memory. */
export interface EpisodeRecorder {
  /** Adds a step and the picture after it. */
  add(action: ArrayLike<number>, transition: Transition, picture: Float64Array | Uint8Array): void;
  /** Ends the recording; a second call does nothing. */
  end(info?: Info): void;
}

/** Options of {@link RecordingEncoder}. */
export interface RecordingEncoderOptions {
  /** Steps in a chunk: how many are lost at most when the process dies. Default 100. */
  chunkSteps?: number;
  /** What error messages call the recording; default "recording". */
  name?: string;
}

/**
 * Turns an episode into the bytes of a recording, chunk by chunk, in Deno or in a browser.
 *
 * A picture is given as what the header's `content` says: a state (`Float64Array`) or a frame (`Uint8Array`).
 */
export class RecordingEncoder implements EpisodeRecorder {
  readonly #sink: (bytes: Uint8Array) => void;
  readonly #name: string;
  readonly #states: boolean;
  readonly #pictures: Float64Array | Uint8Array;
  readonly #actions: Float32Array;
  readonly #rewards: Float64Array;
  readonly #flags: Uint8Array;
  #filled = 0;
  #steps = 0;
  #open = true;

  /**
   * Hands the header to the sink.
   *
   * @param recording The header; `first` is the state or frame that the reset gave.
   * @param sink Gets bytes, in order, that it may keep; what it throws ends the recording.
   */
  constructor(
    recording: NewRecording & { first: Float64Array | Uint8Array },
    sink: (bytes: Uint8Array) => void,
    options: RecordingEncoderOptions = {},
  ) {
    const { chunkSteps = 100, name = "recording" } = options;
    const { first, ...header } = recording;
    this.#sink = sink;
    this.#name = name;
    this.#states = header.content === "states";
    this.#pictures = this.#states
      ? new Float64Array(chunkSteps * first.length)
      : new Uint8Array(chunkSteps * first.length);
    this.#actions = new Float32Array(chunkSteps * header.actionSize);
    this.#rewards = new Float64Array(chunkSteps);
    this.#flags = new Uint8Array(chunkSteps);
    this.#hand(RECORDING_MAGIC.slice());
    this.#handChunk({
      ...header,
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      first: this.#pack(first),
    });
  }

  /** Whether steps can still be added: it has not ended, and its sink has not failed. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Adds a step and the picture after it; what is passed is copied.
   *
   * @throws TypeError after the end, and what the sink throws.
   */
  add(action: ArrayLike<number>, transition: Transition, picture: Float64Array | Uint8Array): void {
    if (!this.#open) {
      throw new TypeError(`Cannot write "${this.#name}": expected an open recording, got one that has ended`);
    }
    const at = this.#filled++;
    this.#pictures.set(picture, at * picture.length);
    this.#actions.set(action, at * action.length);
    this.#rewards[at] = transition.reward;
    this.#flags[at] = (transition.terminated ? TERMINATED : 0) | (transition.truncated ? TRUNCATED : 0);
    if (this.#filled === this.#flags.length) this.#flush();
  }

  /** Hands over what is left and the final chunk; a second call does nothing. */
  end(info: Info = {}): void {
    if (!this.#open) return;
    this.#flush();
    this.#handChunk({ kind: "end", steps: this.#steps, info });
    this.#open = false;
  }

  #flush(): void {
    const count = this.#filled;
    if (count === 0) return;
    const perStep = (array: { length: number }) => array.length / this.#flags.length;
    this.#handChunk({
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
    return this.#states ? bytesOf(pictures) : zlibSync(pictures as Uint8Array);
  }

  #handChunk(chunk: HeaderChunk | StepsChunk | EndChunk): void {
    this.#hand(encodeChunk(chunk));
  }

  #hand(bytes: Uint8Array): void {
    try {
      this.#sink(bytes);
    } catch (error) {
      this.#open = false;
      throw error;
    }
  }
}

function bytesOf(array: Float32Array | Float64Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
