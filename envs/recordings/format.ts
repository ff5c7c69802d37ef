import { Packr } from "msgpackr";
import type { Info } from "../env.ts";
import type { EnvOptions } from "../registry.ts";
import { crc32 } from "./crc32.ts";

/** The name in each header. */
export const RECORDING_FORMAT = "somnium-recording";
/** The version that this code writes, and the newest one that it reads. */
export const RECORDING_VERSION = 1;
/** The first bytes of a file, before the first chunk. */
export const RECORDING_MAGIC: Uint8Array = new TextEncoder().encode("SOMNIREC");
/** Bytes before a chunk's payload: its length and its CRC-32, unsigned 32 bit, little endian. */
export const CHUNK_HEAD_BYTES = 8;
/** Bits of a step's flags. */
export const TERMINATED = 1;
/** The bit of a truncated step. */
export const TRUNCATED = 2;

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
  /** Whether pictures are drawn again from states or stored. */
  content: "states" | "frames";
  /** Numbers in a state, 0 where frames are stored. */
  stateSize: number;
  /** Numbers in an action. */
  actionSize: number;
  /** Shape of an observation, `[H, W, 3]`. */
  observationShape: readonly number[];
  /** What the recorder adds: policy, checkpoint, real or dream. */
  metadata: Record<string, unknown>;
}

/** The first chunk of a file. */
export interface HeaderChunk extends RecordingHeader {
  /** The first picture's state (Float64) or frame (deflated). */
  first: Uint8Array;
}

/** Some consecutive steps; arrays as little-endian bytes. */
export interface StepsChunk {
  /** Tells it from the final chunk. */
  kind: "steps";
  /** How many steps. */
  count: number;
  /** States after the steps, Float64 `[count, stateSize]`, or their frames, deflated together. */
  pictures: Uint8Array;
  /** Float32 `[count, actionSize]`. */
  actions: Uint8Array;
  /** Float64 `[count]`. */
  rewards: Uint8Array;
  /** `[count]`, bits {@link TERMINATED} and {@link TRUNCATED}. */
  flags: Uint8Array;
}

/** The last chunk of a file whose recorder came to an end. */
export interface EndChunk {
  /** Tells it from chunks of steps. */
  kind: "end";
  /** Steps in the file. */
  steps: number;
  /** The info of the last step. */
  info: Info;
}

/** A recording cannot be read, or not to its end. */
export class RecordingError extends Error {
  /** The class, for those who only see the text. */
  override readonly name = "RecordingError";
  /** The format's name, {@link RECORDING_FORMAT}. */
  readonly format: string = RECORDING_FORMAT;
  /** The version in the file's header; `undefined` when the header is not readable. */
  readonly version?: number;
  /** Where the damage begins, a byte offset. */
  readonly byte: number;
  /** How many steps before it are readable. */
  readonly steps: number;

  /** An error with this message about the damage at a byte. */
  constructor(message: string, at: { byte: number; steps?: number; version?: number }) {
    super(message);
    this.byte = at.byte;
    this.steps = at.steps ?? 0;
    this.version = at.version;
  }
}

/** Plain maps, so that any msgpack library reads the payloads. */
const packr = new Packr({ useRecords: false });

/** A chunk as it stands in the file: length, CRC-32, msgpack payload. */
export function encodeChunk(chunk: HeaderChunk | StepsChunk | EndChunk): Uint8Array {
  const payload = packr.pack(chunk);
  const bytes = new Uint8Array(CHUNK_HEAD_BYTES + payload.length);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, payload.length, true);
  head.setUint32(4, crc32(payload), true);
  bytes.set(payload, CHUNK_HEAD_BYTES);
  return bytes;
}

/** The chunk that starts at a byte and where the next one starts, or one sentence about what is wrong with it. */
export function decodeChunk(file: Uint8Array, byte: number): { chunk: unknown; next: number } | string {
  const left = file.length - byte;
  if (left < CHUNK_HEAD_BYTES) return `the file ends inside the chunk's head`;
  const head = new DataView(file.buffer, file.byteOffset + byte, CHUNK_HEAD_BYTES);
  const next = byte + CHUNK_HEAD_BYTES + head.getUint32(0, true);
  if (next > file.length) return `the file ends inside the chunk, ${next - file.length} bytes early`;
  const payload = file.subarray(byte + CHUNK_HEAD_BYTES, next);
  if (crc32(payload) !== head.getUint32(4, true)) return "the chunk fails its checksum";
  return { chunk: packr.unpack(payload), next };
}
