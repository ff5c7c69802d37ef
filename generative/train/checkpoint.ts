import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { fileError, writeFileAtomic } from "../../core/atomic_file.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { decodeSafetensors, encodeSafetensors, type NamedArray, type Safetensors } from "./safetensors.ts";
import { readTensors } from "./tensor_arrays.ts";

/** Tensors, or arrays that never were tensors, by name. */
export type Savable = NamedTensors | Record<string, NamedArray>;

/** A value that JSON keeps as it is. */
export type Json = null | boolean | number | string | readonly Json[] | { [key: string]: Json };

/** What {@link saveCheckpoint} writes. */
export interface Checkpoint {
  /** Tensors or arrays by group (`parameters`, `optimiser`); each group becomes one safetensors file. */
  tensors: Record<string, Savable>;
  /** The rest: step, states of random streams, configuration. */
  data: Json;
  /** What each file says of itself, for readers that have that file alone. */
  metadata?: Record<string, string>;
  /** Whether float32 is written in half precision, see {@link EncodeOptions}. @default false */
  half?: boolean;
}

/** What {@link loadCheckpoint} reads. */
export interface LoadedCheckpoint<Data = Json> {
  /** Arrays by group and name; `toTensors` makes tensors of a group. */
  arrays: Record<string, Record<string, NamedArray>>;
  /** The rest, as it was saved. */
  data: Data;
  /** What the files say of themselves, by group. */
  metadata: Record<string, Record<string, string>>;
}

/** What `checkpoint.json` holds. */
interface Index {
  format: typeof FORMAT;
  version: number;
  files: Record<string, { path: string; bytes: number; crc32: number }>;
  data: Json;
}

const FORMAT = "somnium-checkpoint";
const VERSION = 1;
const INDEX = "checkpoint.json";

/**
 * Writes one safetensors file, whole or not at all.
 *
 * @throws Error naming the file when it cannot be written; the old one stays.
 */
export async function saveSafetensors(
  path: string,
  tensors: Savable,
  metadata: Record<string, string> = {},
): Promise<void> {
  writeFileAtomic(path, encodeSafetensors(await toArrays(tensors), metadata));
}

/** Reads one safetensors file. @throws SafetensorsError naming file, byte and what is readable when damaged. */
export function loadSafetensors(path: string): Safetensors {
  return decodeSafetensors(readFile(path), path);
}

/**
 * Writes a checkpoint into a folder: `<group>.<n>.safetensors` for each group, then `checkpoint.json`, which names
 * them. Until that last file is in place the previous checkpoint counts, so that a kill at any moment leaves one
 * that is whole; files that no checkpoint names are then removed.
 *
 * @throws Error naming the file when it cannot be written; the previous checkpoint stays.
 */
export async function saveCheckpoint(
  folder: string,
  { tensors, data, metadata, half }: Checkpoint,
): Promise<void> {
  const number = nextNumber(folder);
  const index: Index = { format: FORMAT, version: VERSION, files: {}, data };
  for (const [group, members] of Object.entries(tensors)) {
    const bytes = encodeSafetensors(await toArrays(members), metadata, { half });
    const path = `${group}.${number}.safetensors`;
    writeFileAtomic(join(folder, path), bytes);
    index.files[group] = { path, bytes: bytes.length, crc32: crc32(bytes) };
  }
  writeFileAtomic(join(folder, INDEX), JSON.stringify(index, null, 2));
  const current = new Set(Object.values(index.files).map(({ path }) => path));
  for (const path of readdirSync(folder)) {
    if (numberOf(path) !== undefined && !current.has(path)) rmSync(join(folder, path));
  }
}

/** Whether a folder holds a checkpoint. */
export function hasCheckpoint(folder: string): boolean {
  return existsSync(join(folder, INDEX));
}

/**
 * Reads the checkpoint of a folder.
 *
 * @throws SyntaxError naming the file, and the byte where there is one, when something is damaged; Error when there
 * is no checkpoint or it is of another version.
 */
export function loadCheckpoint<Data = Json>(folder: string): LoadedCheckpoint<Data> {
  const path = join(folder, INDEX);
  const index = parseIndex(new TextDecoder().decode(readFile(path)), path);
  const arrays: LoadedCheckpoint["arrays"] = {};
  const metadata: LoadedCheckpoint["metadata"] = {};
  for (const [group, file] of Object.entries(index.files)) {
    const path = join(folder, file.path);
    const bytes = readFile(path);
    ({ arrays: arrays[group], metadata: metadata[group] } = decodeSafetensors(bytes, path));
    if (crc32(bytes) !== file.crc32) {
      throw new SyntaxError(`Cannot read "${path}": expected checksum ${file.crc32}, got ${crc32(bytes)}`);
    }
  }
  return { arrays, data: index.data as Data, metadata };
}

function parseIndex(text: string, path: string): Index {
  let index: Index;
  try {
    index = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read "${path}": expected JSON, got ${(error as Error).message}`);
  }
  if (index?.format !== FORMAT || typeof index.files !== "object") {
    throw new SyntaxError(`Cannot read "${path}": expected a ${FORMAT}, got format ${index?.format}`);
  }
  if (index.version !== VERSION) {
    throw new Error(
      `Cannot read "${path}": expected checkpoint version ${VERSION}, got ${index.version} (another Somnium wrote it)`,
    );
  }
  return index;
}

/** A number that no file in the folder has yet. */
function nextNumber(folder: string): number {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return 1 + Math.max(0, ...names.map((name) => numberOf(name) ?? 0));
}

/** The number in `<group>.<n>.safetensors`, finished or left over half-written. */
function numberOf(name: string): number | undefined {
  const match = /\.(\d+)\.safetensors((\.[\d-]+)?\.partial)?$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
}

async function toArrays(tensors: Savable): Promise<Record<string, NamedArray>> {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, value] of Object.entries(tensors)) {
    arrays[name] = "dataId" in value ? (await readTensors({ [name]: value }))[name] : value;
  }
  return arrays;
}
