import type { InstallEvent } from "./events.ts";

/** How the archive is fetched. */
export interface ArchiveOptions {
  /** Takes the CUDA build. */
  gpu: boolean;
  /** The address that `/versions/...` follows. @default TensorFlow's own */
  base?: string;
  /** Hears of progress. */
  onEvent?: (event: InstallEvent) => void;
  /** Stops the download. */
  signal?: AbortSignal;
}

/** The newest version that TensorFlow publishes as a C archive; the wheels are newer. */
export const ARCHIVE_VERSION = "2.18.0";

const OFFICIAL_BASE = "https://storage.googleapis.com/tensorflow";

/**
 * Downloads the C library's official archive and unpacks it: `lib` holds the libraries.
 *
 * @param folder An empty folder to unpack into.
 * @throws Error when there is none for this machine, or it cannot be reached, or it is damaged.
 */
export async function fetchArchive(folder: string, options: ArchiveOptions): Promise<void> {
  const url = archiveUrl(options);
  options.onEvent?.({ type: "download", source: "archive", what: url });
  const archive = `${folder}.tar.gz`;
  try {
    await download(url, archive, options);
    options.onEvent?.({ type: "unpack", file: "the archive" });
    const { success, stderr } = await new Deno.Command("tar", {
      args: ["-xzf", archive, "-C", folder],
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      throw new Error(`tar cannot unpack ${url} (${new TextDecoder().decode(stderr).trim().split("\n")[0]})`);
    }
  } finally {
    await Deno.remove(archive).catch(() => {});
  }
}

function archiveUrl({ gpu, base = OFFICIAL_BASE }: ArchiveOptions): string {
  const { os, arch } = Deno.build;
  const platform = os === "darwin" ? "darwin-arm64" : arch === "x86_64" ? "linux-x86_64" : undefined;
  if (platform === undefined) throw new Error(`TensorFlow publishes no C archive for ${os} on ${arch}`);
  return `${base}/versions/${ARCHIVE_VERSION}/libtensorflow-${gpu ? "gpu" : "cpu"}-${platform}.tar.gz`;
}

async function download(url: string, path: string, { onEvent, signal }: ArchiveOptions): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(`${new URL(url).host} cannot be reached`, { cause });
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status} ${response.statusText}`);
  }
  const totalBytes = Number(response.headers.get("content-length")) || undefined;
  let receivedBytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      receivedBytes += chunk.length;
      onEvent?.({ type: "progress", receivedBytes, totalBytes });
      controller.enqueue(chunk);
    },
  });
  const file = await Deno.create(path);
  await response.body.pipeThrough(counter).pipeTo(file.writable, { signal });
  if (totalBytes !== undefined && receivedBytes !== totalBytes) {
    throw new Error(`${url} ended after ${receivedBytes} of ${totalBytes} bytes`);
  }
}
