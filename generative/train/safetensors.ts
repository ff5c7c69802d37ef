import { decodeBfloat16, decodeFloat16, encodeFloat16 } from "./half_precision.ts";

/** Numbers with a shape, in row-major order. */
export interface NamedArray {
  /** Its axes, outermost first; empty for a single number. */
  shape: number[];
  /** The numbers. */
  data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** What a safetensors file holds. */
export interface Safetensors {
  /** The arrays by name. */
  arrays: Record<string, NamedArray>;
  /** Free text by key. */
  metadata: Record<string, string>;
}

/** A safetensors file that cannot be read. */
export class SafetensorsError extends SyntaxError {
  /** Says what is wrong and at which byte. */
  constructor(message: string, readonly byte: number) {
    super(message);
    this.name = "SafetensorsError";
  }
}

/** What is kept as it is read. */
const FORMATS = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } as const;
type Format = keyof typeof FORMATS;

/** How the numbers of each type are read from bytes of their own, and the bytes that each takes. */
const READERS: Readonly<
  Record<string, readonly [size: number, read: (bytes: ArrayBuffer) => NamedArray["data"]]>
> = {
  F64: [8, (bytes) => new Float64Array(bytes)],
  F32: [4, (bytes) => new Float32Array(bytes)],
  F16: [2, (bytes) => decodeFloat16(new Uint16Array(bytes))],
  BF16: [2, (bytes) => decodeBfloat16(new Uint16Array(bytes))],
  I64: [8, (bytes) => toInt32(new BigInt64Array(bytes))],
  U64: [8, (bytes) => toInt32(new BigUint64Array(bytes))],
  I32: [4, (bytes) => new Int32Array(bytes)],
  U32: [4, (bytes) => toInt32(new Uint32Array(bytes))],
  I16: [2, (bytes) => Int32Array.from(new Int16Array(bytes))],
  U16: [2, (bytes) => Int32Array.from(new Uint16Array(bytes))],
  I8: [1, (bytes) => Int32Array.from(new Int8Array(bytes))],
  U8: [1, (bytes) => new Uint8Array(bytes)],
  BOOL: [1, (bytes) => new Uint8Array(bytes)],
};

interface Entry {
  dtype: string;
  shape: number[];
  "data_offsets": [number, number];
}

/** The options of {@link encodeSafetensors}. */
export interface EncodeOptions {
  /**
   * Whether float32 is rounded to half precision, two bytes a number. Arrays with a finite number beyond 65,504 stay as
   * they are, and so do other types. @default false
   */
  half?: boolean;
}

/**
 * The bytes of a safetensors file (https://github.com/huggingface/safetensors): eight bytes of header length, a
 * JSON header, then the numbers, little-endian. The wider types come first so that all are aligned.
 *
 * @throws RangeError when an array does not hold as many numbers as its shape says.
 */
export function encodeSafetensors(
  arrays: Record<string, NamedArray>,
  metadata: Record<string, string> = {},
  { half = false }: EncodeOptions = {},
): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length) header["__metadata__"] = metadata;
  const parts = Object.entries(arrays).map(([name, array]) => ({
    name,
    ...array,
    ...storedAs(array.data, half),
  }));
  parts.sort((a, b) => b.stored.BYTES_PER_ELEMENT - a.stored.BYTES_PER_ELEMENT);
  let offset = 0;
  for (const { name, shape, dtype, stored } of parts) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (count !== stored.length) {
      throw new RangeError(
        `Cannot save "${name}": expected ${count} numbers for shape [${shape}], got ${stored.length}`,
      );
    }
    const end = offset + stored.byteLength;
    header[name] = { dtype, shape, "data_offsets": [offset, end] } satisfies Entry;
    offset = end;
  }
  const json = JSON.stringify(header);
  let head = new TextEncoder().encode(json);
  // Blanks after the header bring the numbers to a multiple of eight bytes.
  head = new TextEncoder().encode(json + " ".repeat((8 - head.length % 8) % 8));
  const bytes = new Uint8Array(8 + head.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let position = 8 + head.length;
  for (const { stored } of parts) {
    bytes.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), position);
    position += stored.byteLength;
  }
  return bytes;
}

/**
 * Reads what {@link encodeSafetensors} or any other writer of the format made: F32, F64, I32, U8 and BOOL as they are,
 * F16 and BF16 as float32, all other integers as int32. A tensor of another type, or of integers beyond int32, does not
 * keep the others from being read: it is not enumerated, and refused where it is asked for by its name.
 *
 * @param source What errors call the bytes: a path or an address.
 * @throws SafetensorsError naming the source, the byte and what is still readable.
 */
export function decodeSafetensors(bytes: Uint8Array, source = "safetensors"): Safetensors {
  const fail = failure(source);
  const start = headerEnd(bytes, bytes.length, source);
  const { metadata, entries } = decodeHeader(bytes.subarray(0, start), source);
  const arrays: Record<string, NamedArray> = {};
  const lost: { name: string; begin: number; end: number }[] = [];
  let covered = 0; // bytes of numbers that have a name, in the order of the offsets
  for (const [name, entry] of byOffset(entries as Record<string, Entry>)) {
    const [begin, end] = checkEntry(entry) ?? [];
    if (begin === undefined || end === undefined || name === "__proto__") {
      throw fail(
        `expected dtype, shape and offsets that agree for "${name}", got ${JSON.stringify(entry)}`,
        8,
      );
    }
    if (begin !== covered) {
      const what = begin < covered ? "overlaps the one before it" : "follows bytes that belong to no tensor";
      throw fail(`expected tensors one after the other, got "${name}", which ${what},`, start + begin);
    }
    covered = end;
    if (start + end > bytes.length) lost.push({ name, begin: start + begin, end: start + end });
    else {addArray(arrays, name, () =>
        readArray(bytes.subarray(start + begin, start + end), entry), (what) =>
        fail(`expected "${name}" as numbers that can be read, got ${what}`, start + begin));}
  }
  if (lost.length) {
    const [first] = lost.toSorted((a, b) => a.begin - b.begin);
    const readable = Object.keys(arrays);
    throw fail(
      `expected "${first.name}" up to byte ${first.end}, got a file of ${bytes.length} bytes; ${readable.length} ` +
        `of ${readable.length + lost.length} tensors are whole (${
          readable.slice(0, 8).join(", ")
        }); cut short`,
      first.begin,
    );
  }
  if (start + covered < bytes.length) {
    throw fail(
      `expected the end of the file, got ${bytes.length - start - covered} bytes more`,
      start + covered,
    );
  }
  return { arrays, metadata };
}

/** An error that names the source. */
function failure(source: string): (what: string, byte: number) => SafetensorsError {
  return (what, byte) => new SafetensorsError(`Cannot read "${source}": ${what} at byte ${byte}`, byte);
}

/**
 * Where the header of a file ends and its numbers begin, bytes from the start.
 *
 * @param start The first eight bytes of the file, or more.
 * @param size Bytes of the whole file.
 * @throws SafetensorsError when the file ends before.
 */
export function headerEnd(start: Uint8Array, size: number, source: string): number {
  const fail = failure(source);
  if (start.length < 8) throw fail(`expected 8 bytes of header length, got ${start.length}`, 0);
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  if (length > size - 8) throw fail(`expected a header of ${length} bytes, got ${size - 8}`, 0);
  return 8 + length;
}

/**
 * Reads a file as far as {@link headerEnd}.
 *
 * @returns The texts of the file; what it says of its tensors is still to be checked.
 * @throws SafetensorsError when it is no header.
 */
export function decodeHeader(
  bytes: Uint8Array,
  source: string,
): { metadata: Record<string, string>; entries: Record<string, unknown> } {
  const fail = failure(source);
  const header = parseHeader(bytes.subarray(8));
  if (!header) throw fail("expected a JSON header, got something else", 8);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTextRecord(metadata)) {
    throw fail(`expected texts by key as "__metadata__", got ${JSON.stringify(metadata)}`, 8);
  }
  return { metadata, entries };
}

/** A header's members; those of the format itself are still to be checked. */
type Header = { "__metadata__"?: unknown; [name: string]: unknown };

function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    const header = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return typeof header === "object" && header !== null && !Array.isArray(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === "string");
}

/** The entries in the order of their numbers in the file. */
function byOffset(entries: Record<string, Entry>): [name: string, entry: Entry][] {
  const offset = (entry: Entry, i: number) => Number(entry?.["data_offsets"]?.[i]);
  return Object.entries(entries).toSorted(([, a], [, b]) =>
    offset(a, 0) - offset(b, 0) || offset(a, 1) - offset(b, 1)
  );
}

/** The offsets of an entry whose parts agree. */
function checkEntry(entry: Entry): [number, number] | undefined {
  const whole = (values: unknown): values is number[] =>
    Array.isArray(values) && values.every((value) => Number.isSafeInteger(value) && value >= 0);
  const { dtype, shape, "data_offsets": offsets } = entry ?? {};
  if (typeof dtype !== "string" || !/^[A-Z][A-Z0-9_]*$/.test(dtype) || !whole(shape) || !whole(offsets)) {
    return undefined;
  }
  const [begin, end] = offsets;
  const count = shape.reduce((product, size) => product * size, 1);
  const [size] = Object.hasOwn(READERS, dtype) ? READERS[dtype] : [undefined];
  const fits = size === undefined
    ? Number.isSafeInteger(count) && end >= begin
    : end - begin === count * size;
  return offsets.length === 2 && fits ? [begin, end] : undefined;
}

/** Adds an array that can be read; one that cannot is told when it is asked for. */
function addArray(
  arrays: Record<string, NamedArray>,
  name: string,
  read: () => NamedArray,
  fail: (what: string) => SafetensorsError,
): void {
  try {
    arrays[name] = read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const get = () => {
      throw fail(error.message);
    };
    Object.defineProperty(arrays, name, { get, enumerable: false });
  }
}

/** @throws RangeError saying what cannot be read. */
function readArray(bytes: Uint8Array, { dtype, shape }: Entry): NamedArray {
  if (!Object.hasOwn(READERS, dtype)) throw new RangeError(`the type ${dtype}`);
  const [, read] = READERS[dtype];
  return { shape, data: read(new Uint8Array(bytes).buffer) }; // bytes of its own, so that they are aligned
}

/** @throws RangeError for an integer beyond int32. */
function toInt32(values: BigInt64Array | BigUint64Array | Uint32Array): Int32Array {
  return Int32Array.from(values as Iterable<number | bigint>, (value) => {
    const number = Number(value);
    if ((number | 0) !== number) throw new RangeError(`the integer ${value}, which is beyond int32`);
    return number;
  });
}

/** An array as the file has it. */
function storedAs(data: NamedArray["data"], half: boolean) {
  const halves = half && data instanceof Float32Array ? encodeFloat16(data) : undefined;
  return halves ? { dtype: "F16", stored: halves } : { dtype: formatOf(data), stored: data };
}

function formatOf(data: NamedArray["data"]): Format {
  for (const [name, kind] of Object.entries(FORMATS)) if (data instanceof kind) return name as Format;
  throw new TypeError(`Cannot save an array: expected one of Float32, Float64, Int32 or Uint8, got ${data}`);
}
