import { dirname, join } from "node:path";

/** A file in an archive. */
interface ZipEntry {
  name: string;
  /** 0: stored as it is, 8: deflated. */
  method: number;
  compressedBytes: number;
  bytes: number;
  /** Where its local header begins. */
  offset: number;
}

/** How an archive is unpacked. */
export interface UnzipOptions {
  /** Which files to take. @default all */
  wanted?: (name: string) => boolean;
  /** Hears of each file before it is written. */
  onFile?: (name: string, bytes: number) => void;
}

/**
 * Unpacks a zip archive (a Python wheel is one) into a folder, streaming: the archive may be larger than memory.
 *
 * @returns The names of the files that were written.
 * @throws Error naming the archive when it is damaged.
 */
export async function unzip(archive: string, folder: string, options: UnzipOptions = {}): Promise<string[]> {
  using file = await Deno.open(archive);
  const written: string[] = [];
  for (const entry of await readDirectory(file, archive)) {
    if (entry.name.endsWith("/") || !(options.wanted?.(entry.name) ?? true)) continue;
    if (entry.name.split("/").includes("..") || entry.name.startsWith("/")) {
      throw new Error(`Cannot unpack "${archive}": "${entry.name}" would lie outside of the folder`);
    }
    options.onFile?.(entry.name, entry.bytes);
    const target = join(folder, entry.name);
    await Deno.mkdir(dirname(target), { recursive: true });
    const stored = await entryBytes(file, entry);
    const output = await Deno.create(target);
    try {
      await (entry.method === 0 ? stored : stored.pipeThrough(new DecompressionStream("deflate-raw")))
        .pipeTo(output.writable);
    } catch (cause) {
      throw new Error(`Cannot unpack "${archive}": "${entry.name}" is damaged`, { cause });
    }
    const { size } = await Deno.stat(target);
    if (size !== entry.bytes) {
      throw new Error(
        `Cannot unpack "${archive}": expected ${entry.bytes} bytes in "${entry.name}", got ${size}`,
      );
    }
    written.push(entry.name);
  }
  return written;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 65535;

/** The archive's table of contents. */
async function readDirectory(file: Deno.FsFile, archive: string): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tailOffset = Math.max(0, size - END_BYTES - LONGEST_COMMENT);
  const tail = await readAt(file, tailOffset, size - tailOffset);
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) throw new Error(`Cannot unpack "${archive}": expected a zip archive, got something else`);
  const directory = await readAt(file, tail.getUint32(end + 16, true), tail.getUint32(end + 12, true));
  const entries: ZipEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.byteLength;) {
    if (directory.getUint32(at, true) !== ENTRY_SIGNATURE) break;
    const nameLength = directory.getUint16(at + 28, true);
    const name = new Uint8Array(directory.buffer, directory.byteOffset + at + ENTRY_BYTES, nameLength);
    entries.push({
      name: new TextDecoder().decode(name),
      method: directory.getUint16(at + 10, true),
      compressedBytes: directory.getUint32(at + 20, true),
      bytes: directory.getUint32(at + 24, true),
      offset: directory.getUint32(at + 42, true),
    });
    at += ENTRY_BYTES + nameLength + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return entries;
}

/** A stream over an entry's bytes as they lie in the archive. */
async function entryBytes(
  file: Deno.FsFile,
  entry: ZipEntry,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const header = await readAt(file, entry.offset, LOCAL_BYTES);
  let position = entry.offset + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  const end = position + entry.compressedBytes;
  return new ReadableStream({
    async pull(controller) {
      if (position === end) return controller.close();
      const chunk = await readAt(file, position, Math.min(1 << 20, end - position));
      position += chunk.byteLength;
      controller.enqueue(new Uint8Array(chunk.buffer));
    },
  });
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<DataView<ArrayBuffer>> {
  await file.seek(offset, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) throw new Error("Cannot unpack an archive: it ends too early");
    filled += count;
  }
  return new DataView(bytes.buffer);
}
