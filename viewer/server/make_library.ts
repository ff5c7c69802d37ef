import { join } from "node:path";
import { parseRecording } from "../../envs/recordings/reader.ts";
import {
  type EpisodeSummary,
  type FileEntry,
  type Library,
  LIBRARY_VERSION,
  type RunEntry,
} from "../library.ts";
import { runKind } from "../run_kind.ts";
import { summarise, unreadable } from "../summarise.ts";
import { listFiles } from "./list_files.ts";
import type { Shelves } from "./shelves.ts";

/** A run that changed within this time seems to be training, milliseconds. */
const TRAINING_WITHIN = 60_000;
/** More runs or recordings than these are not listed: the newest runs, the first recordings by name. */
const MOST_RUNS = 500;
const MOST_RECORDINGS = 1000;
/** A larger recording is not read, bytes. */
const LARGEST_RECORDING = 2 ** 29;

/** Looks at run folders and recordings again and again; what did not change is not read twice. */
export class LibraryMaker {
  readonly #shelves: Shelves;
  readonly #summaries = new Map<string, { state: string; summary: EpisodeSummary }>();
  readonly #kinds = new Map<string, { state: string; kind: string; problem?: string }>();
  #making?: Promise<Library>;

  /** A maker of what lies on some shelves. */
  constructor(shelves: Shelves) {
    this.#shelves = shelves;
  }

  /** What there is now. Asked for again before it is made, the same answer serves all. */
  make(): Promise<Library> {
    return this.#making ??= this.#make().finally(() => this.#making = undefined);
  }

  async #make(): Promise<Library> {
    const root = await this.#shelves.realRoot();
    const folders = new Map([...root === undefined ? [] : await subfolders(root), ...this.#shelves.runs]);
    const runs: RunEntry[] = [];
    const loose: { path: string; real: string; entry: FileEntry }[] = [];
    for (const [name, folder] of folders) {
      const files = await listFiles(folder, this.#shelves.runs.has(name) ? folder : root!);
      if (files.some(({ path }) => path === "config.json")) runs.push(await this.#run(name, folder, files));
      else {
        for (const entry of files.filter(isRecording)) {
          loose.push({ path: `runs/${name}/${entry.path}`, real: join(folder, entry.path), entry });
        }
      }
    }
    for (const [name, real] of this.#shelves.recordings) {
      const stat = await Deno.stat(real).catch(() => undefined);
      const entry = { path: name, bytes: stat?.size ?? 0, modified: stat?.mtime?.getTime() ?? 0 };
      loose.push({ path: `recordings/${name}`, real, entry });
    }
    const recordings: EpisodeSummary[] = [];
    for (const { path, real, entry } of loose.slice(0, MOST_RECORDINGS)) {
      recordings.push(await this.#summarise(path, real, entry));
    }
    runs.sort((a, b) => b.modified - a.modified || (a.name < b.name ? -1 : 1));
    return { version: LIBRARY_VERSION, live: true, lab: true, runs: runs.slice(0, MOST_RUNS), recordings };
  }

  async #run(name: string, folder: string, files: FileEntry[]): Promise<RunEntry> {
    const modified = Math.max(...files.map(({ modified }) => modified));
    const episodes: EpisodeSummary[] = [];
    for (const entry of files.filter(isRecording).slice(0, MOST_RECORDINGS)) {
      episodes.push(
        await this.#summarise(`runs/${name}/${entry.path}`, join(folder, entry.path), entry),
      );
    }
    const training = Date.now() - modified < TRAINING_WITHIN;
    const { kind, problem } = await this.#kind(folder, files.find(({ path }) => path === "config.json")!);
    return { name, kind, modified, training, files, episodes, problem };
  }

  async #kind(folder: string, entry: FileEntry): Promise<{ kind: string; problem?: string }> {
    const state = stateOf(entry);
    const known = this.#kinds.get(folder);
    if (known?.state === state) return known;
    let made: { kind: string; problem?: string };
    try {
      made = { kind: runKind(JSON.parse(await Deno.readTextFile(join(folder, "config.json")))) };
    } catch (error) {
      const problem = `Cannot read "config.json": expected JSON, got ${(error as Error).message}`;
      made = { kind: "unknown", problem };
    }
    this.#kinds.set(folder, { state, ...made });
    return made;
  }

  async #summarise(path: string, real: string, entry: FileEntry): Promise<EpisodeSummary> {
    const state = stateOf(entry);
    const known = this.#summaries.get(path);
    if (known?.state === state) return known.summary;
    let summary: EpisodeSummary;
    try {
      if (entry.bytes > LARGEST_RECORDING) {
        throw new RangeError(
          `Cannot read "${path}": expected at most ${LARGEST_RECORDING} bytes, got ${entry.bytes}`,
        );
      }
      summary = summarise(parseRecording(await Deno.readFile(real), { name: path }), path);
    } catch (error) {
      summary = unreadable(path, error);
    }
    this.#summaries.set(path, { state, summary });
    return summary;
  }
}

function stateOf({ bytes, modified }: FileEntry): string {
  return `${bytes} ${modified}`;
}

function isRecording({ path }: FileEntry): boolean {
  return path.endsWith(".rec");
}

/** Folders of runs by name; a link may stand for one if it leads to a place within the root. */
async function subfolders(root: string): Promise<[name: string, path: string][]> {
  const found: [string, string][] = [];
  for await (const { name, isFile } of Deno.readDir(root)) {
    if (isFile || name.startsWith(".")) continue;
    found.push([name, join(root, name)]);
  }
  return found.sort(([a], [b]) => a < b ? -1 : 1);
}
