import { createHash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { processIsAlive } from "../../core/process_is_alive.ts";
import { fetchArchive } from "./install/archive.ts";
import type { InstallEvent } from "./install/events.ts";
import {
  type CacheManifest,
  defaultCacheFolder,
  type FoundLibrary,
  installFolder,
  libraryIn,
  platformSupported,
  readManifest,
  TENSORFLOW_VERSION,
} from "./install/locate.ts";
import { fetchWheels } from "./install/pip.ts";

/** How TensorFlow's library is installed. */
export interface InstallOptions {
  /** Takes the build for NVIDIA GPUs, with CUDA's libraries (about 3 GB). @default false */
  gpu?: boolean;
  /** The folder that the installation's own folder lies in. @default `somnium` in the platform's cache folder */
  cacheFolder?: string;
  /** Where the official C archive lies. @default TensorFlow's own address */
  archiveBase?: string;
  /** Hears of progress. */
  onEvent?: (event: InstallEvent) => void;
  /** Interrupts; nothing is left behind. */
  signal?: AbortSignal;
}

/**
 * Installs TensorFlow's C library into the cache: from the Python wheel by pip, else from the official C archive.
 *
 * The files are unpacked beside the cache, checked against the wheel's sha256 checksums, and put in place by one
 * rename: an installation that is interrupted leaves no half of a cache. Several processes may install at once.
 *
 * @throws Error, one sentence, when this machine cannot have it.
 */
export async function installTensorFlow(options: InstallOptions = {}): Promise<FoundLibrary> {
  if (!platformSupported()) {
    throw new Error(
      `Cannot install TensorFlow: expected Linux or macOS on Apple silicon, got ${Deno.build.os} on ${Deno.build.arch}${
        Deno.build.os === "windows" ? "; run Somnium in WSL (wsl --install), which is a Linux" : ""
      }`,
    );
  }
  const { gpu = false, cacheFolder = defaultCacheFolder(), onEvent, signal } = options;
  const folder = installFolder(gpu, cacheFolder);
  const staging = `${folder}.partial-${process.pid}`;
  await removeAbandoned(cacheFolder);
  const failures: string[] = [];
  try {
    for (const source of ["pip", "archive"] as const) {
      try {
        await Deno.mkdir(staging, { recursive: true });
        const checksums = source === "pip"
          ? await fetchWheels(staging, { gpu, onEvent, signal })
          : (await fetchArchive(staging, { gpu, base: options.archiveBase, onEvent, signal }), {});
        const manifest: CacheManifest = {
          version: TENSORFLOW_VERSION,
          source,
          files: await checkFiles(staging, checksums),
        };
        if (libraryIn(staging) === undefined) throw new Error("what arrived holds no TensorFlow library");
        await Deno.writeTextFile(join(staging, "manifest.json"), JSON.stringify(manifest, null, 2));
        await putInPlace(staging, folder);
        onEvent?.({ type: "installed", folder, source });
        return { path: libraryIn(folder)!, source };
      } catch (error) {
        signal?.throwIfAborted();
        const reason = (error as Error).message;
        failures.push(`${source}: ${reason}`);
        onEvent?.({ type: "failed", source, reason });
        await Deno.remove(staging, { recursive: true }).catch(() => {});
      }
    }
  } finally {
    await Deno.remove(staging, { recursive: true }).catch(() => {});
  }
  throw new Error(`Cannot install TensorFlow ${TENSORFLOW_VERSION}: ${failures.join("; ")}`);
}

/**
 * Checks every file of an installation against the checksums of its manifest.
 *
 * @returns The names of the files that are missing or differ; empty when all is well.
 */
export async function verifyInstallation(folder: string): Promise<string[]> {
  const manifest: CacheManifest = JSON.parse(await Deno.readTextFile(join(folder, "manifest.json")));
  const damaged: string[] = [];
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const actual = await checksum(join(folder, name)).catch(() => undefined);
    if (actual !== sha256) damaged.push(name);
  }
  return damaged;
}

/** Sizes and checksums of all files. @throws Error when one differs from the checksum that is expected of it. */
async function checkFiles(folder: string, expected: Record<string, string>): Promise<CacheManifest["files"]> {
  const files: CacheManifest["files"] = {};
  for (const path of walk(folder)) {
    const name = relative(folder, path);
    const sha256 = await checksum(path);
    if (expected[name] !== undefined && expected[name] !== sha256) {
      throw new Error(`${name} is damaged: expected sha256 ${expected[name]}, got ${sha256}`);
    }
    files[name] = { bytes: Deno.statSync(path).size, sha256 };
  }
  return files;
}

function* walk(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* walk(join(folder, name));
    else yield join(folder, name);
  }
}

async function checksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}

/** Renames a finished installation to its place, unless another process was faster. */
async function putInPlace(staging: string, folder: string): Promise<void> {
  if (readManifest(folder) === undefined) await Deno.remove(folder, { recursive: true }).catch(() => {});
  try {
    await Deno.rename(staging, folder);
  } catch (error) {
    if (readManifest(folder) === undefined) throw error;
  }
}

/** Removes what installations left that were killed. */
async function removeAbandoned(cacheFolder: string): Promise<void> {
  await Deno.mkdir(cacheFolder, { recursive: true });
  for await (const { name } of Deno.readDir(cacheFolder)) {
    const pid = name.match(/^libtensorflow-.*\.partial-(\d+)/)?.[1];
    if (pid !== undefined && !processIsAlive(Number(pid))) {
      await Deno.remove(join(cacheFolder, name), { recursive: true }).catch(() => {});
    }
  }
}

/** The folder of the installation that a library belongs to, if it has a manifest. */
export function installationOf(library: string): string | undefined {
  const folder = dirname(dirname(library));
  return readManifest(folder) === undefined ? undefined : folder;
}
