import { zlibSync } from "fflate";
import type { EnvState, Info, Transition } from "../env.ts";
import { encodeChunk } from "./chunk.ts";
import {
  END_MAGIC,
  type EndChunk,
  type EpisodeIndex,
  type HeaderChunk,
  type RecordedPicture,
  RECORDING_FORMAT,
  RECORDING_MAGIC,
  type RecordingHeader,
  type StepsChunk,
  TERMINATED,
  TRAILER_BYTES,
  TRUNCATED,
} from "./format.ts";
import { pack } from "./pack.ts";

/** What the caller tells of an episode; format and version are the encoder's. */
export type NewRecording = Omit<RecordingHeader, "format" | "version">;

/** An episode's recording that goes on: a file, or bytes in memory. */
export interface EpisodeRecorder {
  /** Adds a step and the picture after it. */
  add(action: ArrayLike<number>, transition: Transition, picture: RecordedPicture): void;
  /** Keeps the environment's whole state as it is now, so that the episode can be gone on with from here. */
  keyState(state: EnvState): void;
  /** Ends the recording; a second call does nothing. */
  end(info?: Info): void;
}

/** Options of {@link RecordingEncoder}. */
export interface RecordingEncoderOptions {
  /** Steps in a chunk: how many are lost at most when the process dies. @default 100 */
  chunkSteps?: number;
  /** What error messages call the recording. @default "recording" */
  name?: string;
}

/**
 * Turns an episode into the bytes of a recording, chunk by chunk, in Deno or in a browser.
 *
 * A picture is given as what the header's `content` says: a state (`Float64Array`), a frame (`Uint8Array`) or a vector
 * (`Float32Array`).
 */
export class RecordingEncoder implements EpisodeRecorder {
  readonly #sink: (bytes: Uint8Array) => void;
  readonly #name: string;
  readonly #content: RecordingHeader["content"];
  readonly #pictures: RecordedPicture;
  readonly #actions: Float32Array;
  readonly #rewards: Float64Array;
  readonly #flags: Uint8Array;
  #filled = 0;
  #state?: Uint8Array;
  #steps = 0;
  #return = 0;
  #lastFlags = 0;
  #bytes = 0;
  readonly #index = { offsets: [] as bigint[], counts: [] as number[], keyed: [] as number[] };
  #open = true;

  /**
   * Hands the header to the sink.
   *
   * @param recording The header; `first` is the state, frame or vector that the reset gave.
   * @param sink Gets bytes, in order, that it may keep; what it throws ends the recording.
   */
  constructor(
    recording: NewRecording & { first: RecordedPicture },
    sink: (bytes: Uint8Array) => void,
    options: RecordingEncoderOptions = {},
  ) {
    const { chunkSteps = 100, name = "recording" } = options;
    const { first, ...header } = recording;
    this.#sink = sink;
    this.#name = name;
    this.#content = header.content;
    this.#pictures = new PICTURES[header.content](chunkSteps * first.length);
    this.#actions = new Float32Array(chunkSteps * header.actionSize);
    this.#rewards = new Float64Array(chunkSteps);
    this.#flags = new Uint8Array(chunkSteps);
    this.#hand(RECORDING_MAGIC.slice());
    this.#handChunk({
      ...header,
      format: RECORDING_FORMAT,
      version: header.content === "vectors" ? 2 : 1,
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
  add(action: ArrayLike<number>, transition: Transition, picture: RecordedPicture): void {
    this.#demandOpen();
    const at = this.#filled++;
    this.#pictures.set(picture, at * picture.length);
    this.#actions.set(action, at * action.length);
    this.#rewards[at] = transition.reward;
    this.#return += transition.reward;
    this.#lastFlags = (transition.terminated ? TERMINATED : 0) | (transition.truncated ? TRUNCATED : 0);
    this.#flags[at] = this.#lastFlags;
    if (this.#filled === this.#flags.length) this.#flush();
  }

  /**
   * Keeps a key state: a new chunk begins with it, which is what later makes it quick to find. One that no step follows
   * is dropped.
   *
   * @throws TypeError after the end, and when the state holds other than plain values; what the sink throws.
   */
  keyState(state: EnvState): void {
    this.#demandOpen();
    const packed = pack(state, "state");
    this.#flush();
    this.#state = packed;
  }

  /**
   * Hands over what is left and the final chunk; a second call does nothing.
   *
   * @throws TypeError when the info holds other than plain values, and what the sink throws; it has ended all the same.
   */
  end(info: Info = {}): void {
    if (!this.#open) return;
    this.#flush();
    this.#open = false;
    const { offsets, counts, keyed } = this.#index;
    const trailer = new Uint8Array(TRAILER_BYTES);
    new DataView(trailer.buffer).setBigUint64(0, BigInt(this.#bytes), true);
    trailer.set(END_MAGIC, 8);
    const index: EpisodeIndex = {
      return: this.#return,
      flags: this.#lastFlags,
      offsets: bytesOf(BigUint64Array.from(offsets)),
      counts: bytesOf(Uint32Array.from(counts)),
      keyed: Uint8Array.from(keyed),
    };
    this.#handChunk({ kind: "end", steps: this.#steps, info, index, trailer });
  }

  #demandOpen(): void {
    if (this.#open) return;
    throw new TypeError(`Cannot write "${this.#name}": expected an open recording, got one that has ended`);
  }

  #flush(): void {
    const count = this.#filled;
    if (count === 0) return;
    const perStep = (array: { length: number }) => array.length / this.#flags.length;
    const state = this.#state;
    this.#index.offsets.push(BigInt(this.#bytes));
    this.#index.counts.push(count);
    this.#index.keyed.push(state ? 1 : 0);
    this.#handChunk({
      kind: "steps",
      count,
      pictures: this.#pack(this.#pictures.subarray(0, count * perStep(this.#pictures))),
      actions: bytesOf(this.#actions.subarray(0, count * perStep(this.#actions))),
      rewards: bytesOf(this.#rewards.subarray(0, count)),
      flags: this.#flags.subarray(0, count),
      ...(state ? { state } : {}),
    });
    this.#steps += count;
    this.#filled = 0;
    this.#state = undefined;
  }

  #pack(pictures: RecordedPicture): Uint8Array {
    return this.#content === "frames" ? zlibSync(pictures as Uint8Array) : bytesOf(pictures);
  }

  #handChunk(chunk: HeaderChunk | StepsChunk | EndChunk): void {
    this.#hand(encodeChunk(chunk));
  }

  #hand(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    try {
      this.#sink(bytes);
    } catch (error) {
      this.#open = false;
      throw error;
    }
  }
}

/** What pictures are collected in. */
const PICTURES = { states: Float64Array, frames: Uint8Array, vectors: Float32Array };

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
