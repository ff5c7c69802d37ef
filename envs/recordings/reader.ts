import { joinBytes } from "../../core/join_bytes.ts";
import type { Info } from "../env.ts";
import {
  decodeChunk,
  type EndChunk,
  type HeaderChunk,
  RECORDING_FORMAT,
  RECORDING_MAGIC,
  RECORDING_VERSION,
  RecordingError,
  type RecordingHeader,
  type StepsChunk,
  TERMINATED,
  TRUNCATED,
} from "./format.ts";

/** An episode that was read: everything but the pictures, which `redrawRecording` makes. */
export interface Recording {
  /** What the file says of the episode. */
  header: RecordingHeader;
  /** How many steps were read. Pictures are numbered 0 (the reset's) to `steps`. */
  steps: number;
  /** `[steps + 1, stateSize]`; empty where frames are stored. */
  states: Float64Array;
  /** Frames where those are stored, each part deflated by itself; the first is the reset's frame. */
  frames: FramePart[];
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
  /** Number of its first frame. */
  first: number;
  /** How many frames. */
  count: number;
  /** `[count, H, W, 3]` through deflate (zlib's format). */
  deflated: Uint8Array;
}

/** Options of {@link parseRecording}. */
export interface ParseOptions {
  /** What error messages call the file; default "recording". */
  name?: string;
}

/**
 * Reads a recording from the bytes of its file, in Deno or in a browser. A damaged file is read up to its last whole
 * chunk; `damage` then says what is wrong from where on.
 *
 * @throws RecordingError when nothing is readable: another format, a newer version, a damaged header.
 */
export function parseRecording(file: Uint8Array, options: ParseOptions = {}): Recording {
  const name = options.name ?? "recording";
  const { header, next: start } = parseHeader(file, name);
  const chunks: StepsChunk[] = [];
  let steps = 0;
  let end: EndChunk | undefined;
  let problem: string | undefined;
  let byte = start;
  while (!end && !problem) {
    const decoded = byte === file.length ? "the final chunk is missing" : decodeChunk(file, byte);
    if (typeof decoded === "string") problem = decoded;
    else {
      const chunk = decoded.chunk as StepsChunk | EndChunk;
      if (chunk.kind === "end") end = chunk;
      else {
        chunks.push(chunk);
        steps += chunk.count;
      }
      byte = decoded.next;
    }
  }
  if (end && byte < file.length) problem = "bytes follow the final chunk";
  const { first, ...described } = header;
  const flags = joinBytes(chunks.map(({ flags }) => flags));
  return {
    header: described,
    steps,
    states: header.content === "states"
      ? new Float64Array(joinBytes([first, ...chunks.map(({ pictures }) => pictures)]).buffer)
      : new Float64Array(0),
    frames: header.content === "frames" ? frameParts(first, chunks) : [],
    actions: new Float32Array(joinBytes(chunks.map(({ actions }) => actions)).buffer),
    rewards: new Float64Array(joinBytes(chunks.map(({ rewards }) => rewards)).buffer),
    terminated: flags.map((flag) => flag & TERMINATED ? 1 : 0),
    truncated: flags.map((flag) => flag & TRUNCATED ? 1 : 0),
    info: end?.info,
    damage: problem === undefined ? undefined : new RecordingError(
      `Cannot read all of "${name}": ${problem} at byte ${byte} of ${file.length}, the ${steps} steps before it are good`,
      { byte, steps, version: header.version },
    ),
  };
}

function parseHeader(file: Uint8Array, name: string): { header: HeaderChunk; next: number } {
  const start = RECORDING_MAGIC.length;
  const refuse = (got: string, byte: number, version?: number) =>
    new RecordingError(
      `Cannot read "${name}": expected a ${RECORDING_FORMAT} of version ${RECORDING_VERSION}, got ${got}`,
      { byte, version },
    );
  if (file.length === 0) throw refuse("an empty file", 0);
  if (!RECORDING_MAGIC.every((byte, i) => file[i] === byte)) throw refuse("a file of another kind", 0);
  const decoded = decodeChunk(file, start);
  if (typeof decoded === "string") throw refuse(`a damaged header (${decoded}) at byte ${start}`, start);
  const header = decoded.chunk as HeaderChunk;
  if (header.format !== RECORDING_FORMAT || header.version !== RECORDING_VERSION) {
    throw refuse(`a ${header.format} of version ${header.version}`, start, header.version);
  }
  return { header, next: decoded.next };
}

function frameParts(first: Uint8Array, chunks: StepsChunk[]): FramePart[] {
  const parts: FramePart[] = [{ first: 0, count: 1, deflated: first }];
  let next = 1;
  for (const { count, pictures } of chunks) {
    parts.push({ first: next, count, deflated: pictures });
    next += count;
  }
  return parts;
}
