import { join } from "node:path";
import { unzip } from "./unzip.ts";
import type { InstallEvent } from "./events.ts";
import { TENSORFLOW_VERSION } from "./locate.ts";

/** How wheels are fetched. */
export interface WheelOptions {
  /** Takes the CUDA build and the libraries of CUDA that it needs. */
  gpu: boolean;
  /** Hears of progress. */
  onEvent?: (event: InstallEvent) => void;
  /** Stops pip. */
  signal?: AbortSignal;
}

/** Wheels are chosen for this Python, whichever runs pip: nothing but the C libraries is used. */
const WHEEL_PYTHON = "3.12";

/**
 * Downloads TensorFlow's wheel with pip and unpacks its libraries, keeping their places (`tensorflow/`, `nvidia/`).
 *
 * @param folder An empty folder to unpack into.
 * @returns The sha256 checksums (hex) that the wheels give for their files.
 * @throws Error when there is no pip, or pip fails.
 */
export async function fetchWheels(folder: string, options: WheelOptions): Promise<Record<string, string>> {
  const pip = await findPip();
  const wheels = `${folder}.wheels`;
  try {
    await downloadTensorFlow(pip, wheels, options);
    let checksums = await unpackAll(wheels, folder, options);
    if (options.gpu) {
      await download(pip, wheels, await cudaRequirements(folder), options);
      checksums = { ...checksums, ...await unpackAll(wheels, folder, options) };
    }
    return checksums;
  } finally {
    await removeFolder(wheels);
  }
}

/**
 * Downloads one wheel with pip, without those that it depends on.
 *
 * @param requirement With its version: `music21==10.5.1`.
 * @param folder To put it into.
 * @throws Error when there is no pip, or pip fails.
 */
export async function downloadWheel(requirement: string, folder: string): Promise<void> {
  await download(await findPip(), folder, [requirement], {});
}

/** The first pip that runs: `pip`, `pip3`, `python3 -m pip`, `python -m pip`. */
export async function findPip(): Promise<string[]> {
  for (const command of [["pip"], ["pip3"], ["python3", "-m", "pip"], ["python", "-m", "pip"]]) {
    try {
      const [program, ...args] = command;
      const { success } = await new Deno.Command(program, {
        args: [...args, "--version"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return command;
    } catch {
      // Not on the path; the next may be.
    }
  }
  throw new Error("no pip was found");
}

/**
 * Linux has a smaller wheel without CUDA, `tensorflow-cpu`, but not for every processor: where the index lists none
 * (ARM64), `tensorflow` itself is taken.
 */
async function downloadTensorFlow(pip: string[], folder: string, options: WheelOptions): Promise<void> {
  const small = !options.gpu && Deno.build.os === "linux";
  for (const name of small ? ["tensorflow-cpu", "tensorflow"] : ["tensorflow"]) {
    try {
      return await download(pip, folder, [`${name}==${TENSORFLOW_VERSION}`], options);
    } catch (error) {
      const unlisted = /No matching distribution|Could not find a version/.test((error as Error).message);
      if (name === "tensorflow" || !unlisted) throw error;
    }
  }
}

async function download(
  [program, ...args]: string[],
  folder: string,
  requirements: string[],
  { onEvent, signal }: Pick<WheelOptions, "onEvent" | "signal">,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  onEvent?.({ type: "download", source: "pip", what: requirements.join(" ") });
  const child = new Deno.Command(program, {
    args: [
      ...args,
      "download",
      "--no-deps",
      "--no-cache-dir",
      "--only-binary=:all:",
      `--python-version=${WHEEL_PYTHON}`,
      `--dest=${folder}`,
      ...requirements,
    ],
    env: { TMPDIR: folder }, // pip writes here while it downloads: that is how progress is seen
    stdout: "null",
    stderr: "piped",
    signal,
  }).spawn();
  const timer = setInterval(() => onEvent?.({ type: "progress", receivedBytes: folderBytes(folder) }), 500);
  try {
    const { success, stderr } = await child.output();
    if (!success) {
      signal?.throwIfAborted();
      const lines = new TextDecoder().decode(stderr).trim().split("\n");
      throw new Error(`pip failed (${lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1)})`);
    }
  } finally {
    clearInterval(timer);
  }
}

/** Unpacks the libraries of all wheels in a folder, and removes the wheels. */
async function unpackAll(
  wheels: string,
  folder: string,
  { onEvent }: WheelOptions,
): Promise<Record<string, string>> {
  const checksums: Record<string, string> = {};
  for await (const { name } of Deno.readDir(wheels)) {
    if (!name.endsWith(".whl")) continue;
    await unzip(join(wheels, name), folder, {
      wanted: (file) =>
        /^tensorflow\/libtensorflow(_cc|_framework)?\.[^/]*$/.test(file) || file.startsWith("nvidia/") ||
        /\.dist-info\/(RECORD|METADATA)$/.test(file),
      onFile: (file, bytes) => onEvent?.({ type: "unpack", file, bytes }),
    });
    await Deno.remove(join(wheels, name));
    for await (const info of Deno.readDir(folder)) {
      if (!info.name.endsWith(".dist-info")) continue;
      Object.assign(checksums, parseRecord(await Deno.readTextFile(join(folder, info.name, "RECORD"))));
      if (!info.name.startsWith("tensorflow")) await removeFolder(join(folder, info.name));
    }
  }
  return checksums;
}

/** A wheel's own list of its files: `path,sha256=<url-safe base64>,bytes`. */
function parseRecord(text: string): Record<string, string> {
  const checksums: Record<string, string> = {};
  for (const [, path, digest] of text.matchAll(/^([^,\n]+),sha256=([\w-]+),/gm)) {
    const bytes = atob(digest.replaceAll("-", "+").replaceAll("_", "/"));
    checksums[path] = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  }
  return checksums;
}

/** What TensorFlow's wheel asks for under its extra `and-cuda`. */
async function cudaRequirements(folder: string): Promise<string[]> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".dist-info")) continue;
    const metadata = await Deno.readTextFile(join(folder, name, "METADATA"));
    const requirements = [...metadata.matchAll(/^Requires-Dist: (nvidia-[^;]+);.*and-cuda/gm)];
    if (requirements.length > 0) return requirements.map(([, requirement]) => requirement.trim());
  }
  throw new Error("the wheel names no CUDA libraries");
}

function folderBytes(folder: string): number {
  let total = 0;
  try {
    for (const entry of Deno.readDirSync(folder)) {
      const path = join(folder, entry.name);
      total += entry.isDirectory ? folderBytes(path) : Deno.statSync(path).size;
    }
  } catch {
    // pip moves its files while we look.
  }
  return total;
}

async function removeFolder(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
}
