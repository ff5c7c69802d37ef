import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

/** The version that the lab installs. */
export const TENSORFLOW_VERSION = "2.21.0";

/** Where a library came from. */
export type LibrarySource = "environment" | "cache" | "python" | "pip" | "archive";

/** A TensorFlow library on this machine. */
export interface FoundLibrary {
  /** The library's file; its framework library lies beside it. */
  path: string;
  /** Where it was found, or how it was installed. */
  source: LibrarySource;
}

/** What a cache folder holds: `manifest.json`. */
export interface CacheManifest {
  /** TensorFlow's version. */
  version: string;
  /** The source of the library. */
  source: LibrarySource;
  /** Every file by its path in the folder. */
  files: Record<string, { bytes: number; sha256: string }>;
}

/** The libraries' file names, the fuller one (from the Python wheels) first. */
const LIBRARY_NAMES: Partial<Record<typeof Deno.build.os, string[]>> = {
  linux: ["libtensorflow_cc.so.2", "libtensorflow.so.2"],
  darwin: ["libtensorflow_cc.2.dylib", "libtensorflow.2.dylib"],
};

/** Whether TensorFlow is built for this machine's system and processor; Windows has no such library. */
export function platformSupported(): boolean {
  return Deno.build.os === "linux" || (Deno.build.os === "darwin" && Deno.build.arch === "aarch64");
}

/**
 * The folder that caches lie in: `<platform's cache folder>/somnium`. Where no variable names a home, it is the one that
 * the system knows, and where it knows none, a folder of the user's own among the temporary ones; never the present
 * folder.
 *
 * @throws Error when there is none of these.
 */
export function defaultCacheFolder(): string {
  const named = Deno.env.get("XDG_CACHE_HOME") ||
    (Deno.build.os === "windows" && Deno.env.get("LOCALAPPDATA"));
  if (named && isAbsolute(named)) return join(named, "somnium");
  const home = homeFolder();
  if (home === undefined) return temporaryCache();
  return join(home, ...Deno.build.os === "darwin" ? ["Library", "Caches"] : [".cache"], "somnium");
}

/** The user's home: `HOME`, or where the system has it, which must be there. */
function homeFolder(): string | undefined {
  const named = Deno.env.get("HOME") || Deno.env.get("USERPROFILE");
  if (named && isAbsolute(named)) return named;
  try {
    const { homedir } = userInfo();
    return homedir && isAbsolute(homedir) && existsSync(homedir) ? homedir : undefined;
  } catch {
    return undefined; // a user whom the system does not know, as in containers
  }
}

/** A temporary folder that nobody else can put a library into. @throws Error when it is somebody else's. */
function temporaryCache(): string {
  const user = Deno.uid();
  const folder = join(tmpdir(), `somnium-${user ?? "cache"}`);
  const refused = (reason: string, cause?: unknown) =>
    new Error(
      `Cannot choose a folder for caches: there is no home, and "${folder}" ${reason}; name one in XDG_CACHE_HOME`,
      { cause },
    );
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refused("cannot be made", error);
  }
  const { uid, mode } = lstatSync(folder);
  if (user !== null && (uid !== user || (mode & 0o022) !== 0)) throw refused("is open to others");
  return folder;
}

/** The folder of an installation: `libtensorflow-<version>`, or `libtensorflow-<version>-gpu`. */
export function installFolder(gpu: boolean, cacheFolder: string = defaultCacheFolder()): string {
  return join(cacheFolder, `libtensorflow-${TENSORFLOW_VERSION}${gpu ? "-gpu" : ""}`);
}

/**
 * Finds a TensorFlow library without any network: `SOMNIUM_LIBTENSORFLOW` (a folder or the file itself), the cache
 * (with CUDA first), an installed Python TensorFlow.
 *
 * @throws Error when `SOMNIUM_LIBTENSORFLOW` is set and no library lies there.
 */
export function findLibrary(cacheFolder: string = defaultCacheFolder()): FoundLibrary | undefined {
  const named = Deno.env.get("SOMNIUM_LIBTENSORFLOW");
  if (named) {
    const path = isFile(named) ? named : libraryIn(named);
    if (path === undefined) {
      throw new Error(
        `Cannot find TensorFlow in SOMNIUM_LIBTENSORFLOW: expected ${
          libraryNames().join(" or ")
        } in "${named}"`,
      );
    }
    return { path, source: "environment" };
  }
  for (const gpu of [true, false]) {
    const folder = installFolder(gpu, cacheFolder);
    const path = readManifest(folder) && libraryIn(folder);
    if (path) return { path, source: "cache" };
  }
  const folder = pythonTensorFlow();
  const path = folder && libraryIn(folder);
  return path ? { path, source: "python" } : undefined;
}

/** The library in a folder, or in its `tensorflow` or `lib`. */
export function libraryIn(folder: string): string | undefined {
  for (const name of libraryNames()) {
    for (const place of [folder, join(folder, "tensorflow"), join(folder, "lib")]) {
      if (isFile(join(place, name))) return join(place, name);
    }
  }
  return undefined;
}

/** CUDA's libraries that were installed beside a TensorFlow library, to be loaded before it. */
export function cudaLibraries(path: string): string[] {
  const nvidia = join(dirname(dirname(path)), "nvidia");
  const libraries: string[] = [];
  for (const component of list(nvidia)) {
    for (const name of list(join(nvidia, component, "lib"))) {
      if (/\.so(\.|$)/.test(name)) libraries.push(join(nvidia, component, "lib", name));
    }
  }
  return libraries;
}

/** A cache folder's manifest, if every file that it names is there in full size. */
export function readManifest(folder: string): CacheManifest | undefined {
  try {
    const manifest: CacheManifest = JSON.parse(Deno.readTextFileSync(join(folder, "manifest.json")));
    const complete = Object.entries(manifest.files)
      .every(([name, { bytes }]) => Deno.statSync(join(folder, name)).size === bytes);
    return complete ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Where Python keeps its TensorFlow; looks it up without loading it. */
function pythonTensorFlow(): string | undefined {
  const program = "import importlib.util as u; s = u.find_spec('tensorflow'); " +
    "print(s.submodule_search_locations[0] if s else '')";
  for (const python of ["python3", "python"]) {
    try {
      const { success, stdout } = new Deno.Command(python, { args: ["-c", program], stderr: "null" })
        .outputSync();
      const folder = new TextDecoder().decode(stdout).trim();
      if (success && folder) return folder;
    } catch {
      // This Python does not exist; the next may.
    }
  }
  return undefined;
}

function libraryNames(): string[] {
  return LIBRARY_NAMES[Deno.build.os] ?? [];
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function list(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}
