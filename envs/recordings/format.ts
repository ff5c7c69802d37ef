import type { Info } from "../env.ts";
import type { EnvOptions } from "../registry.ts";

/** The name in each header. */
export const RECORDING_FORMAT = "somnium-recording";
/** The newest version that this code reads. A file says the oldest that reads it: 2 where it holds vectors, else 1. */
export const RECORDING_VERSION = 2;
/** The first bytes of a file, before the first chunk. */
export const RECORDING_MAGIC: Uint8Array = new TextEncoder().encode("SOMNIREC");
/** The last bytes of a file that was written to its end, after the final chunk's byte offset. */
export const END_MAGIC: Uint8Array = new TextEncoder().encode("SOMNIEND");
/** Bytes of an {@link EndChunk}'s `trailer`. */
export const TRAILER_BYTES = 16;
/** Bytes before a chunk's payload: its length and its CRC-32, unsigned 32 bit, little endian. */
export const CHUNK_HEAD_BYTES = 8;
/** Bits of a step's flags. */
export const TERMINATED = 1;
/** The bit of a truncated step. */
export const TRUNCATED = 2;

/**
 * What is kept of an observation: a state that it is drawn from again (Float64), a frame (bytes) or a vector (Float32).
 */
export type RecordedPicture = Float64Array | Uint8Array | Float32Array;

/** What a recording says of its episode. */
export interface RecordingHeader {
  /** Always {@link RECORDING_FORMAT}. */
  format: string;
  /** See {@link RECORDING_VERSION}. */
  version: number;
  /** Id for `make`. */
  env: string;
  /** Options for `make`. */
  options: EnvOptions;
  /** Seed of the episode. */
  seed: number;
  /** The options of `reset`. */
  resetOptions: Record<string, unknown>;
  /** Whether observations are drawn again from states or stored, as frames of bytes or as vectors of floats. */
  content: "states" | "frames" | "vectors";
  /** Numbers in a state, 0 where observations are stored. */
  stateSize: number;
  /** Numbers in an action. */
  actionSize: number;
  /** Shape of an observation, `[H, W, 3]` for pictures. */
  observationShape: readonly number[];
  /** What the recorder adds: policy, checkpoint, real or dream. */
  metadata: Record<string, unknown>;
}

/** The first chunk of a file. */
export interface HeaderChunk extends RecordingHeader {
  /** The reset's state (Float64), frame (deflated) or vector (Float32). */
  first: Uint8Array;
}

/** Some consecutive steps; arrays as little-endian bytes. */
export interface StepsChunk {
  /** Tells it from the final chunk. */
  kind: "steps";
  /** How many steps. */
  count: number;
  /**
   * After each step: states, Float64 `[count, stateSize]`; frames `[count, H, W, 3]`, deflated together; or vectors,
   * Float32 `[count, ...observationShape]`.
   */
  pictures: Uint8Array;
  /** Float32 `[count, actionSize]`. */
  actions: Uint8Array;
  /** Float64 `[count]`. */
  rewards: Uint8Array;
  /** `[count]`, bits {@link TERMINATED} and {@link TRUNCATED}. */
  flags: Uint8Array;
  /** The environment's whole state before the first of these steps, packed: a key state. Most chunks have none. */
  state?: Uint8Array;
}

/** The last chunk of a file whose recorder came to an end. */
export interface EndChunk {
  /** Tells it from chunks of steps. */
  kind: "end";
  /** Steps in the file. */
  steps: number;
  /** The info of the last step. */
  info: Info;
  /** What else is at the end of files that can be opened without being read through; older ones lack all of it. */
  index?: EpisodeIndex;
  /** Byte offset of this chunk (unsigned 64 bit, little endian) and {@link END_MAGIC}: the last bytes of the file. */
  trailer?: Uint8Array;
}

/** Where the chunks of steps are, and what they come to; arrays as little-endian bytes. */
export interface EpisodeIndex {
  /** Sum of all rewards, added up in order. */
  return: number;
  /** Flags of the last step, 0 where there is none. */
  flags: number;
  /** Byte offset of each chunk of steps, unsigned 64 bit. */
  offsets: Uint8Array;
  /** Steps in each, unsigned 32 bit. */
  counts: Uint8Array;
  /** Whether each holds a key state, 0 or 1. */
  keyed: Uint8Array;
}
