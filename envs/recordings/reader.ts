import { joinArrays } from "../../core/join_arrays.ts";
import type { Info } from "../env.ts";
import { bytesInMemory } from "./chunk.ts";
import { type HeaderChunk, RECORDING_MAGIC, type RecordingHeader, TERMINATED, TRUNCATED } from "./format.ts";
import { type PlacedSteps, readChunks, readHeader } from "./read_chunks.ts";
import type { RecordingError } from "./recording_error.ts";

/** An episode that was read, or a part of one: everything but the pictures, which `redrawRecording` makes. */
export interface Recording {
  /** What the file says of the episode. */
  header: RecordingHeader;
  /** How many steps were read. Pictures are numbered 0 (the reset's) to `steps`. */
  steps: number;
  /** `[steps + 1, stateSize]`; empty where observations are stored. */
  states: Float64Array;
  /** Frames where those are stored, each part deflated by itself; the first is the reset's frame. */
  frames: FramePart[];
  /** `[steps + 1, ...observationShape]` where those are vectors of floats, else empty. */
  vectors: Float32Array;
  /** `[steps, actionSize]`. */
  actions: Float32Array;
  /** `[steps]`. */
  rewards: Float64Array;
  /** `[steps]`, 0 or 1. */
  terminated: Uint8Array;
  /** `[steps]`, 0 or 1. */
  truncated: Uint8Array;
  /** The info of the last step; `undefined` when the file has no final chunk. */
  info?: Info;
  /** What is wrong with the rest of the file, where something is; also for one that is still being written. */
  damage?: RecordingError;
}

/** Consecutive frames, compressed together. */
export interface FramePart {
  /** Number of its first frame; below 0 in a part of an episode that begins amid these frames. */
  first: number;
  /** How many frames. */
  count: number;
  /** `[count, H, W, 3]` through deflate (zlib's format). */
  deflated: Uint8Array;
  /** Byte offset of the chunk that holds them. */
  byte: number;
}

/** Options of {@link parseRecording}. */
export interface ParseOptions {
  /** What error messages call the file. @default "recording" */
  name?: string;
}

/**
 * Reads a recording from the bytes of its file, in Deno or in a browser. A damaged file is read up to its last whole
 * chunk; `damage` then says what is wrong from where on. Of long episodes, `RecordingFile` reads parts.
 *
 * @throws RecordingError when nothing is readable: another format, a newer version, a damaged header.
 */
export function parseRecording(file: Uint8Array, options: ParseOptions = {}): Recording {
  const name = options.name ?? "recording";
  const source = bytesInMemory(file);
  const { header, next } = readHeader(source, name);
  const parts: PlacedSteps[] = [];
  const walk = readChunks(source, next, { header, name });
  let at = walk.next();
  for (; !at.done; at = walk.next()) parts.push(at.value);
  const { steps, end, damage } = at.value;
  return { ...joinSteps(header, parts, { from: 0, to: steps }), info: end?.info, damage };
}

/**
 * The steps `from .. to - 1` and the pictures `from .. to` as a recording of their own.
 *
 * @param parts The chunks that hold those, in order.
 */
export function joinSteps(
  { first, ...header }: HeaderChunk,
  parts: readonly PlacedSteps[],
  { from, to }: { from: number; to: number },
): Recording {
  const start = parts.length > 0 ? parts[0].first : from;
  const fromReset = start === 0; // the reset's picture comes before the first chunk's
  const bytes = (of: (part: PlacedSteps) => Uint8Array) => joinArrays(Uint8Array, parts.map(of));
  const steps = <T extends Float32Array | Float64Array | Uint8Array>(array: T, perStep: number): T =>
    array.subarray((from - start) * perStep, (to - start) * perStep) as T;
  const pictures = <T extends Float32Array | Float64Array>(type: new (bytes: ArrayBuffer) => T): T => {
    const joined = joinArrays(Uint8Array, [
      ...(fromReset ? [first] : []),
      ...parts.map(({ chunk }) => chunk.pictures),
    ]);
    const numbers = new type(joined.buffer);
    const perPicture = numbers.length /
      parts.reduce((sum, { chunk }) => sum + chunk.count, Number(fromReset));
    const skipped = fromReset ? from : from - start - 1;
    return numbers.subarray(skipped * perPicture, (skipped + to - from + 1) * perPicture) as T;
  };
  const flags = steps(bytes(({ chunk }) => chunk.flags), 1);
  const { content, actionSize } = header;
  return {
    header,
    steps: to - from,
    states: content === "states" ? pictures(Float64Array) : new Float64Array(0),
    frames: content === "frames" ? frameParts(first, parts, { from, fromReset }) : [],
    vectors: content === "vectors" ? pictures(Float32Array) : new Float32Array(0),
    actions: steps(new Float32Array(bytes(({ chunk }) => chunk.actions).buffer), actionSize),
    rewards: steps(new Float64Array(bytes(({ chunk }) => chunk.rewards).buffer), 1),
    terminated: flags.map((flag) => flag & TERMINATED ? 1 : 0),
    truncated: flags.map((flag) => flag & TRUNCATED ? 1 : 0),
  };
}

function frameParts(
  first: Uint8Array,
  parts: readonly PlacedSteps[],
  { from, fromReset }: { from: number; fromReset: boolean },
): FramePart[] {
  const reset = { first: -from, count: 1, deflated: first, byte: RECORDING_MAGIC.length };
  const rest = parts.map(({ byte, first, chunk }) => ({
    first: first + 1 - from,
    count: chunk.count,
    deflated: chunk.pictures,
    byte,
  }));
  return fromReset ? [reset, ...rest] : rest;
}
