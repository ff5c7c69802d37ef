import { crc32 } from "../../core/crc32.ts";
import { CHUNK_HEAD_BYTES, type EndChunk, type HeaderChunk, type StepsChunk } from "./format.ts";
import { pack } from "./pack.ts";
import { unpack } from "./unpack.ts";

/** Bytes that can be read in any order: a file, or an array in memory. */
export interface ByteSource {
  /** How many there are. */
  readonly length: number;
  /** Those `from .. to - 1`, which exist; perhaps a view. */
  read(from: number, to: number): Uint8Array;
  /** Frees what it holds; it is not read after. */
  close(): void;
}

/** Bytes in memory. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return { length: bytes.length, read: (from, to) => bytes.subarray(from, to), close() {} };
}

/** A chunk's value and where the next one begins. */
export interface DecodedChunk {
  /** As it was unpacked, not checked. */
  value: unknown;
  /** The byte after it. */
  next: number;
}

/** Why there is no chunk at a byte. */
export interface ChunkProblem {
  /** Whether the file is too short for it, or its bytes are not those that were written. */
  code: "truncated" | "damaged";
  /** "the chunk fails its checksum". */
  problem: string;
}

/** A chunk as it stands in the file: length, CRC-32, MessagePack payload. */
export function encodeChunk(chunk: HeaderChunk | StepsChunk | EndChunk): Uint8Array {
  const payload = pack(chunk, "kind" in chunk ? chunk.kind : "header");
  const bytes = new Uint8Array(CHUNK_HEAD_BYTES + payload.length);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, payload.length, true);
  head.setUint32(4, crc32(payload), true);
  bytes.set(payload, CHUNK_HEAD_BYTES);
  return bytes;
}

/** The chunk that begins at a byte, or what is wrong with it. */
export function decodeChunk(source: ByteSource, byte: number): DecodedChunk | ChunkProblem {
  const start = byte + CHUNK_HEAD_BYTES;
  if (start > source.length) return { code: "truncated", problem: "the file ends inside the chunk's head" };
  const head = source.read(byte, start);
  const view = new DataView(head.buffer, head.byteOffset, CHUNK_HEAD_BYTES);
  const [length, checksum] = [view.getUint32(0, true), view.getUint32(4, true)];
  const next = start + length;
  if (next > source.length) {
    const early = next - source.length;
    return { code: "truncated", problem: `the file ends inside the chunk, ${early} bytes early` };
  }
  const payload = source.read(start, next);
  if (crc32(payload) !== checksum) return { code: "damaged", problem: "the chunk fails its checksum" };
  try {
    return { value: unpack(payload), next };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { code: "damaged", problem: `the chunk is not MessagePack: ${error.message}` };
  }
}
