import type { FileEntry } from "../../library.ts";

/** A run's files, wherever they lie. */
export interface FileSource {
  /** What they are. */
  readonly files: readonly FileEntry[];
  /** Reads one, from a byte on where that is all that is wanted. @throws Error naming the file. */
  read(path: string, options?: { from?: number; signal?: AbortSignal }): Promise<Uint8Array>;
  /** An address for an `img`, for files that are pictures. */
  address(path: string): string;
}

/** The largest file that the page takes in, bytes: half a gibibyte. */
export const LARGEST_FILE = 2 ** 29;

/** Fetches a file of the server's, or of an export's. @throws Error of one sentence. */
export async function fetchFile(
  address: string | URL,
  { from = 0, signal }: { from?: number; signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address, { signal, headers: from > 0 ? { range: `bytes=${from}-` } : {} });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(
      `Cannot read "${address}": the server does not respond; is deno task watch still running?`,
    );
  }
  if (response.status === 416) return new Uint8Array(0); // nothing new
  if (!response.ok) {
    throw new Error(
      `Cannot read "${address}": the server responded ${response.status} ${response.statusText}`,
    );
  }
  if (Number(response.headers.get("content-length") ?? 0) > LARGEST_FILE) {
    await response.body?.cancel();
    throw new Error(`Cannot read "${address}": expected at most ${LARGEST_FILE} bytes, got more`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  return from > 0 && response.status === 200 ? bytes.subarray(from) : bytes;
}

/** The files of a run in the library. */
export function libraryFiles(run: string, files: readonly FileEntry[]): FileSource {
  const address = (path: string) =>
    new URL(`runs/${[run, ...path.split("/")].map(encodeURIComponent).join("/")}`, document.baseURI).href;
  return { files, address, read: (path, options) => fetchFile(address(path), options) };
}

/** The files of a folder that was dropped onto the page. */
export function droppedFiles(files: ReadonlyMap<string, File>): FileSource {
  const find = (path: string) => {
    const file = files.get(path);
    if (!file) throw new Error(`Cannot read "${path}": the dropped folder does not contain it`);
    return file;
  };
  const addresses = new Map<string, string>();
  return {
    files: [...files].map(([path, { size, lastModified }]) => ({
      path,
      bytes: size,
      modified: lastModified,
    })),
    read: async (path, { from = 0 } = {}) => new Uint8Array(await find(path).slice(from).arrayBuffer()),
    address(path) {
      const known = addresses.get(path) ?? URL.createObjectURL(find(path));
      addresses.set(path, known);
      return known;
    },
  };
}
