import { dirname, join } from "node:path";
import { fileError, writeFileAtomic } from "../../core/atomic_file.ts";
import type { FileEntry, Library, RunEntry } from "../library.ts";
import { bundlePage } from "./bundle.ts";
import { LibraryMaker } from "./make_library.ts";
import type { PageFiles } from "./page_files.ts";
import { PAGE_POLICY } from "./policies.ts";
import { Shelves, type ShelvesOptions } from "./shelves.ts";

/** The file that tells an export from any other folder: it lists what was written. */
const MANIFEST = "somnium-export.json";
const FORMAT = "somnium-export";
/** How often runs are copied anew at most while their training goes on. */
const TRIES = 5;

/** What is exported. */
export interface ExportOptions extends ShelvesOptions {
  /** The page. @default what `bundlePage` makes */
  page?: PageFiles;
}

/** What an export came to. */
export interface ExportResult {
  /** Run folders. */
  runs: number;
  /** Recordings, those of runs too. */
  recordings: number;
  /** Files in all. */
  files: number;
  /** Size of all files. */
  bytes: number;
}

/**
 * Writes the viewer with its runs and recordings as a static site, which any web server serves from any sub-path.
 * Written again, it takes over what changed; killed on the way, it can be written again.
 *
 * @param folder Where to: not there yet, empty, or an earlier export.
 * @throws RangeError when the folder holds anything else; Error when it cannot be written.
 */
export async function exportSite(folder: string, options: ExportOptions): Promise<ExportResult> {
  const before = await readManifest(folder);
  const page = options.page ?? await bundlePage();
  const shelves = await Shelves.open(options);
  const maker = new LibraryMaker(shelves);
  let site: Site, found: Library, runs: RunEntry[];
  let tries = 0;
  do { // a run that trains may replace its checkpoint meanwhile
    found = await maker.make();
    site = { folder, shelves, written: new Map() };
    const planned = [
      ...page.keys(),
      "library.json",
      ...found.runs.flatMap(exportedPaths),
      ...loosePaths(found),
    ];
    for (const path of planned) before.add(path);
    writeManifest(folder, before); // from now on the folder can be told from a foreign one
    runs = [];
    for (const run of found.runs) runs.push(await exportRun(site, run));
    for (const path of loosePaths(found)) await copy(site, path);
  } while (++tries < TRIES && checkpointsOf(found) !== checkpointsOf(await maker.make()));
  const library: Library = { ...found, runs, live: false, lab: false };
  for (const [path, { bytes }] of page) if (path !== "index.html") write(site, path, bytes);
  write(site, "library.json", new TextEncoder().encode(JSON.stringify(library)));
  write(site, "index.html", withPolicy(page.get("index.html")!.bytes));
  for (const path of before) if (!site.written.has(path)) await removeFile(folder, path);
  writeManifest(folder, site.written.keys());
  return {
    runs: runs.length,
    recordings: runs.reduce((sum, { episodes }) => sum + episodes.length, found.recordings.length),
    files: site.written.size,
    bytes: [...site.written.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** An export on its way. */
interface Site {
  folder: string;
  shelves: Shelves;
  /** Sizes by path. */
  written: Map<string, number>;
}

/** Copies what the page reads of a run: no optimisers' states, no rollouts. */
async function exportRun(site: Site, run: RunEntry): Promise<RunEntry> {
  const files: FileEntry[] = [];
  for (const entry of run.files.filter(({ path }) => isExported(path))) {
    const bytes = await copy(site, `runs/${run.name}/${entry.path}`);
    if (bytes !== undefined) files.push({ ...entry, bytes });
  }
  return { ...run, training: false, files };
}

function exportedPaths(run: RunEntry): string[] {
  return run.files.map(({ path }) => path).filter(isExported).map((path) => `runs/${run.name}/${path}`);
}

/** Which checkpoints there are: another text, other files. */
function checkpointsOf({ runs }: Library): string {
  const ofRun = (
    { name, files }: RunEntry,
  ) => [name, files.find(({ path }) => path === "checkpoints/checkpoint.json")?.modified];
  return JSON.stringify(runs.map(ofRun).sort());
}

function loosePaths({ recordings }: Library): string[] {
  return recordings.map(({ path }) => path);
}

function isExported(path: string): boolean {
  return /^(config\.json|README\.md|environment\.json|metrics\.jsonl|checkpoints\/.+|held_out\.safetensors|samples\/.+|.*\.rec)$/
    .test(path) &&
    !/optimiser/i.test(path);
}

/** Copies a file to where the library says it is. @returns Its size; `undefined` when it is gone meanwhile. */
async function copy(site: Site, path: string): Promise<number | undefined> {
  const real = await site.shelves.locate(path.split("/"));
  if (real === undefined) return undefined;
  const target = join(site.folder, path);
  await Deno.mkdir(dirname(target), { recursive: true });
  try {
    await Deno.copyFile(real, `${target}.partial`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileError("write", target, error);
  }
  await Deno.rename(`${target}.partial`, target);
  const { size } = await Deno.stat(target);
  site.written.set(path, size);
  return size;
}

function write(site: Site, path: string, bytes: Uint8Array): void {
  writeFileAtomic(join(site.folder, path), bytes);
  site.written.set(path, bytes.length);
}

/** The page with its policy inside: a plain web server sends none. */
function withPolicy(html: Uint8Array): Uint8Array {
  const policy = PAGE_POLICY.split("; ").filter((rule) => !rule.startsWith("frame-ancestors")).join("; ");
  const text = new TextDecoder().decode(html);
  const tag = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return new TextEncoder().encode(text.replace("<head>", `<head>\n    ${tag}`));
}

/** What an earlier export wrote into a folder; nothing for a folder that is empty or not there. */
async function readManifest(folder: string): Promise<Set<string>> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new RangeError(`Cannot export to "${folder}": expected a folder, got ${(error as Error).message}`);
  });
  if (names.length === 0) return new Set();
  try {
    const { format, files } = JSON.parse(await Deno.readTextFile(join(folder, MANIFEST)));
    const plain = (path: unknown) => typeof path === "string" && !/(^|[/\\])\.|^[/\\]|^[a-z]:/i.test(path);
    if (format === FORMAT && Array.isArray(files) && files.every(plain)) return new Set(files);
  } catch {
    // Not there, or not ours: the folder is foreign.
  }
  throw new RangeError(
    `Cannot export to "${folder}": expected an empty folder or an earlier export, got one with "${
      names.sort()[0]
    }" in it; choose another`,
  );
}

function writeManifest(folder: string, files: Iterable<string>): void {
  const content = { format: FORMAT, version: 1, files: [...files].sort() };
  writeFileAtomic(join(folder, MANIFEST), JSON.stringify(content, null, 2) + "\n");
}

/** Removes a file of an earlier export, and its folder when that leaves it empty. */
async function removeFile(folder: string, path: string): Promise<void> {
  await Deno.remove(join(folder, path)).catch(() => {});
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
    const removed = await Deno.remove(join(folder, parent)).then(() => true, () => false); // fails unless empty
    if (!removed) return;
  }
}
