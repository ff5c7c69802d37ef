import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import * as v from "valibot";
import { writeFileAtomic } from "../../core/atomic_file.ts";
import { addChecksum, takeChecksum } from "./json_checksum.ts";
import { readFile } from "./read_file.ts";
import {
  decodeHeader,
  decodeSafetensors,
  encodeSafetensors,
  headerEnd,
  type NamedArray,
} from "./safetensors.ts";
import { type Savable, toArrays } from "./tensor_arrays.ts";

/** A value that JSON keeps as it is. */
export type Json = null | boolean | number | string | readonly Json[] | { [key: string]: Json };

/** What {@link saveCheckpoint} writes. */
export interface Checkpoint {
  /** Tensors or arrays by group (`parameters`, `optimiser`); each group that is there becomes one safetensors file. */
  tensors: Record<string, Savable | undefined>;
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

/** A whole number of 0 or more. */
const Whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A file of a checkpoint: in its own folder, and nothing else there. */
const FileSchema = v.object({
  path: v.pipe(v.string(), v.regex(/^\w[\w.-]*\.safetensors$/, "the name of a safetensors file")),
  bytes: Whole,
  crc32: Whole,
});

/** What `checkpoint.json` holds, its checksum apart. */
interface Index {
  format: typeof FORMAT;
  version: number;
  files: Record<string, v.InferOutput<typeof FileSchema>>;
  data: Json;
}

const FORMAT = "somnium-checkpoint";
/** The first version had no checksum over `data`; it is still read. */
const VERSION = 2;
const INDEX = "checkpoint.json";

/** The options of {@link loadCheckpoint}. */
export interface LoadCheckpointOptions<Data> {
  /** What the data must be. @default anything */
  data?: v.GenericSchema<unknown, Data>;
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
    if (members === undefined) continue;
    if (!/^\w[\w-]*$/.test(group)) {
      throw new TypeError(
        `Cannot save "${folder}": expected groups of letters, digits, "_", "-", got "${group}"`,
      );
    }
    const bytes = encodeSafetensors(await toArrays(members), metadata, { half });
    const path = `${group}.${number}.safetensors`;
    writeFileAtomic(join(folder, path), bytes);
    index.files[group] = { path, bytes: bytes.length, crc32: crc32(bytes) };
  }
  writeFileAtomic(join(folder, INDEX), JSON.stringify(addChecksum(index), null, 2));
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
 * Reads the checkpoint of a folder, also while a training replaces it by the next.
 *
 * @throws SyntaxError naming the file, and the byte where there is one, when something is damaged or is not what it
 * should be; Error when there is no checkpoint or it is of another version.
 */
export function loadCheckpoint<Data = Json>(
  folder: string,
  options: LoadCheckpointOptions<Data> = {},
): LoadedCheckpoint<Data> {
  return readFiles(folder, options, (files) => readGroups(folder, files));
}

/**
 * What {@link loadCheckpoint} reads, without the arrays: of the safetensors files their headers alone are read, without
 * a look at the checksums, so that it takes no longer for a large checkpoint.
 *
 * @throws As {@link loadCheckpoint}.
 */
export function describeCheckpoint<Data = Json>(
  folder: string,
  options: LoadCheckpointOptions<Data> = {},
): Omit<LoadedCheckpoint<Data>, "arrays"> {
  return readFiles(folder, options, (files) => ({ metadata: readMetadata(folder, files) }));
}

/** Reads the index, and by it the files. */
function readFiles<Read, Data>(
  folder: string,
  options: LoadCheckpointOptions<Data>,
  read: (files: Index["files"]) => Read,
): Read & { data: Data } {
  const path = join(folder, INDEX);
  for (let text = readText(path);;) {
    const { files, data } = parseIndex(text, path);
    try {
      return { ...read(files), data: checkData(data, path, options.data) };
    } catch (error) {
      const now = readText(path);
      if (now === text) throw error;
      text = now; // the files that it named went when the next checkpoint came
    }
  }
}

function readText(path: string): string {
  return new TextDecoder().decode(readFile(path));
}

function readGroups(
  folder: string,
  files: Index["files"],
): Pick<LoadedCheckpoint, "arrays" | "metadata"> {
  const arrays: LoadedCheckpoint["arrays"] = {};
  const metadata: LoadedCheckpoint["metadata"] = {};
  for (const [group, file] of Object.entries(files)) {
    const path = join(folder, file.path);
    const bytes = readFile(path, file.bytes);
    ({ arrays: arrays[group], metadata: metadata[group] } = decodeSafetensors(bytes, path));
    if (crc32(bytes) !== file.crc32) {
      throw new SyntaxError(`Cannot read "${path}": expected checksum ${file.crc32}, got ${crc32(bytes)}`);
    }
  }
  return { arrays, metadata };
}

function readMetadata(folder: string, files: Index["files"]): LoadedCheckpoint["metadata"] {
  const metadata: LoadedCheckpoint["metadata"] = {};
  for (const [group, file] of Object.entries(files)) {
    const path = join(folder, file.path);
    const end = headerEnd(readFile(path, file.bytes, 8), file.bytes, path);
    ({ metadata: metadata[group] } = decodeHeader(readFile(path, file.bytes, end), path));
  }
  return metadata;
}

function parseIndex(text: string, path: string): Index {
  const fail = (wanted: string, got: string) =>
    new SyntaxError(`Cannot read "${path}": expected ${wanted}, got ${got}`);
  let index: Index & Record<string, unknown>;
  try {
    index = JSON.parse(text);
  } catch (error) {
    throw fail("JSON", (error as Error).message);
  }
  if (index?.format !== FORMAT) throw fail(`a ${FORMAT}`, `format ${JSON.stringify(index?.format)}`);
  if (index.version !== VERSION && index.version !== 1) {
    throw new Error(
      `Cannot read "${path}": expected checkpoint version ${VERSION}, got ${
        JSON.stringify(index.version)
      } (another Somnium wrote it)`,
    );
  }
  if (index.version === VERSION && !takeChecksum(index).fits) {
    throw fail("the contents that its checksum was made of", "others");
  }
  const files = v.safeParse(v.record(v.string(), FileSchema), index.files);
  if (!files.success) throw fail(...describeIssue(files.issues[0], "files"));
  return { ...index, files: files.output, data: index.data ?? null };
}

/** @throws SyntaxError naming the file, what is wanted and what came. */
function checkData<Data>(data: Json, path: string, schema?: v.GenericSchema<unknown, Data>): Data {
  if (schema === undefined) return data as Data;
  const result = v.safeParse(schema, data);
  if (result.success) return result.output;
  const [wanted, got] = describeIssue(result.issues[0], "data");
  throw new SyntaxError(`Cannot read "${path}": expected ${wanted}, got ${got}`);
}

/** What was wanted where, and what came. */
function describeIssue(issue: v.BaseIssue<unknown>, root: string): [wanted: string, got: string] {
  const wanted = issue.type === "regex" ? issue.message : issue.expected ?? issue.type;
  return [`${wanted} as "${[root, v.getDotPath(issue)].filter(Boolean).join(".")}"`, issue.received];
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
