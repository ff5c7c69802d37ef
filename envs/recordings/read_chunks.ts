import { chunkProblem, headerProblem, isMap } from "./check_chunk.ts";
import { type ByteSource, type ChunkProblem, decodeChunk } from "./chunk.ts";
import {
  type EndChunk,
  type HeaderChunk,
  RECORDING_FORMAT,
  RECORDING_MAGIC,
  RECORDING_VERSION,
  type RecordingHeader,
  type StepsChunk,
} from "./format.ts";
import { RecordingError, type RecordingProblem } from "./recording_error.ts";

/** A chunk of steps and where it stands. */
export interface PlacedSteps {
  /** Byte offset of the chunk. */
  byte: number;
  /** Steps before it. */
  first: number;
  /** The chunk. */
  chunk: StepsChunk;
}

/** Where a walk over the chunks of steps came to an end. */
export interface ChunksEnd {
  /** Steps that were read. */
  steps: number;
  /** The final chunk, where it was reached. */
  end?: EndChunk;
  /** What is wrong with the rest. */
  damage?: RecordingError;
}

/**
 * The header of a recording and the byte after it.
 *
 * @param name What error messages call the file.
 * @throws RecordingError when it is no recording, or one that this code cannot read.
 */
export function readHeader(source: ByteSource, name: string): { header: HeaderChunk; next: number } {
  const start = RECORDING_MAGIC.length;
  const refuse = (code: RecordingProblem, got: string, byte: number, version?: number) =>
    new RecordingError(
      `Cannot read "${name}": expected a ${RECORDING_FORMAT} of version ${RECORDING_VERSION} or below, got ${got}`,
      { code, byte, version },
    );
  const magic = source.read(0, Math.min(start, source.length));
  if (magic.length === 0) throw refuse("truncated", "an empty file", 0);
  if (!magic.every((byte, i) => byte === RECORDING_MAGIC[i])) {
    throw refuse("foreign", "a file of another kind", 0);
  }
  if (magic.length < start) throw refuse("truncated", `the first ${magic.length} bytes of one`, magic.length);
  const decoded = decodeChunk(source, start);
  if ("problem" in decoded) {
    throw refuse(decoded.code, `a damaged header (${decoded.problem}) at byte ${start}`, start);
  }
  const header = decoded.value as HeaderChunk;
  const { format, version } = isMap(header) ? header : {} as Partial<HeaderChunk>;
  if (format === RECORDING_FORMAT && Number.isSafeInteger(version) && version! > RECORDING_VERSION) {
    throw refuse("newer", `one of version ${version}; a newer Somnium reads it`, start, version);
  }
  const problem = format !== RECORDING_FORMAT || !Number.isSafeInteger(version) || version! < 1
    ? "it names no format and version"
    : headerProblem(header);
  if (problem) throw refuse("damaged", `a damaged header (${problem}) at byte ${start}`, start);
  return { header, next: decoded.next };
}

/** The chunks of steps from a byte on, each checked, up to the final one or to what cannot be read. */
export function* readChunks(
  source: ByteSource,
  from: number,
  { header, name }: { header: RecordingHeader; name: string },
): Generator<PlacedSteps, ChunksEnd> {
  let byte = from, steps = 0;
  const stop = ({ code, problem }: ChunkProblem, end?: EndChunk): ChunksEnd => ({
    steps,
    end,
    damage: new RecordingError(
      `Cannot read all of "${name}": ${problem} at byte ${byte} of ${source.length}, ` +
        `the ${steps} steps before it are good`,
      { code, byte, steps, version: header.version },
    ),
  });
  while (byte < source.length) {
    const decoded = readChunk(source, byte, header);
    if ("problem" in decoded) return stop(decoded);
    const { chunk, next } = decoded;
    if (chunk.kind === "steps") {
      yield { byte, first: steps, chunk };
      steps += chunk.count;
    } else if (chunk.steps !== steps) {
      return stop({ code: "damaged", problem: `the final chunk tells of ${chunk.steps} steps` });
    } else {
      byte = next;
      if (next === source.length) return { steps, end: chunk };
      return stop({ code: "damaged", problem: "bytes follow the final chunk" }, chunk);
    }
    byte = next;
  }
  return stop({ code: "truncated", problem: "the final chunk is missing" });
}

/** The chunk after the header that begins at a byte, checked, or what is wrong with it. */
export function readChunk(
  source: ByteSource,
  byte: number,
  header: RecordingHeader,
): { chunk: StepsChunk | EndChunk; next: number } | ChunkProblem {
  const decoded = decodeChunk(source, byte);
  if ("problem" in decoded) return decoded;
  const problem = chunkProblem(decoded.value, header);
  if (problem) return { code: "damaged", problem: `the chunk is invalid (${problem})` };
  return { chunk: decoded.value as StepsChunk | EndChunk, next: decoded.next };
}
