import { join } from "node:path";
import { openRecording } from "../../envs/recordings/open_recording.ts";
import {
  type EpisodeSummary,
  type FileEntry,
  type Library,
  LIBRARY_VERSION,
  type RunEntry,
} from "../library.ts";
import { runKind } from "../../generative/train/run_kind.ts";
import { runEnvironment } from "../run_environment.ts";
import { summariseFile, unreadable } from "../summarise.ts";
import { listFiles } from "./list_files.ts";
import type { Shelves } from "./shelves.ts";

/** A run that changed within this time seems to be training, milliseconds. */
const TRAINING_WITHIN = 60_000;
/** Bytes of a `config.json`; what training writes has some thousands. */
const LARGEST_CONFIG = 2 ** 20;
/** More runs or recordings than these are not listed: the newest runs, the first recordings by name. */
const MOST_RUNS = 500;
const MOST_RECORDINGS = 1000;

/** Looks at run folders and recordings again and again; what did not change is not read twice. */
export class LibraryMaker {
  readonly #shelves: Shelves;
  readonly #summaries = new Map<string, { state: string; summary: EpisodeSummary }>();
  readonly #kinds = new Map<string, { state: string; made: ReadKind }>();
  #making?: Promise<Library>;

  /** A maker of what lies on some shelves. */
  constructor(shelves: Shelves) {
    this.#shelves = shelves;
  }

  /**
   * What there is now. Asked for again before it is made, the same answer serves all.
   *
   * @param within Time for reading recordings that are new, milliseconds: the next library has the rest of them.
   */
  make({ within = Infinity }: { within?: number } = {}): Promise<Library> {
    const until = performance.now() + within;
    return this.#making ??= this.#make(until).finally(() => this.#making = undefined);
  }

  async #make(until: number): Promise<Library> {
    const root = await this.#shelves.realRoot();
    const examples = await this.#shelves.examples();
    const folders = new Map([
      ...root === undefined ? [] : await subfolders(root),
      ...this.#shelves.runs,
      ...examples,
    ]);
    const found: FoundRun[] = [];
    const loose: FoundRecording[] = [];
    for (const [name, folder] of folders) {
      const example = examples.has(name);
      const files = listFiles(folder, example || this.#shelves.runs.has(name) ? folder : root!);
      const recordings = files.filter(({ path }) => path.endsWith(".rec")).map((entry) => ({
        path: `runs/${name}/${entry.path}`,
        real: join(folder, entry.path),
        entry,
      }));
      const config = files.find(({ path }) => path === "config.json");
      const modified = Math.max(...files.map(({ modified }) => modified));
      if (config) found.push({ name, folder, modified, files, config, recordings, example });
      else loose.push(...recordings);
    }
    for (const [name, real] of this.#shelves.recordings) {
      const stat = await Deno.stat(real).catch(() => undefined);
      const entry = { path: name, bytes: stat?.size ?? 0, modified: stat?.mtime?.getTime() ?? 0 };
      loose.push({ path: `recordings/${name}`, real, entry });
    }
    found.sort((a, b) =>
      Number(a.example) - Number(b.example) || b.modified - a.modified || (a.name < b.name ? -1 : 1)
    );
    const runs: RunEntry[] = [];
    for (const run of found.slice(0, MOST_RUNS)) runs.push(await this.#describe(run, until));
    const recordings = await this.#summarise(loose, until);
    return { version: LIBRARY_VERSION, live: true, lab: true, runs, recordings };
  }

  async #describe(run: FoundRun, until: number): Promise<RunEntry> {
    const { name, folder, modified, files, config, recordings, example } = run;
    const episodes = await this.#summarise(recordings, until);
    // A clone's files are new, too; and a clock that was changed, or another machine's, dates files in the future.
    const isNew = (file: FileEntry) => Math.abs(Date.now() - file.modified) < TRAINING_WITHIN;
    const training = !example && files.some(isNew);
    return { name, ...await this.#kind(folder, config), example, modified, training, files, episodes };
  }

  async #kind(folder: string, entry: FileEntry): Promise<ReadKind> {
    const state = stateOf(entry);
    const known = this.#kinds.get(folder);
    if (known?.state === state) return known.made;
    let made: ReadKind;
    try {
      if (entry.bytes > LARGEST_CONFIG) {
        throw new RangeError(`expected at most ${LARGEST_CONFIG} bytes, got ${entry.bytes}`);
      }
      const content = JSON.parse(await Deno.readTextFile(join(folder, "config.json")));
      made = { kind: runKind(content), environment: runEnvironment(content) };
    } catch (error) {
      const { message } = error as Error;
      const why = error instanceof RangeError ? message : `expected JSON, got ${message.slice(0, 200)}`;
      made = { kind: "unknown", problem: `Cannot read "config.json": ${why}` };
    }
    this.#kinds.set(folder, { state, made });
    return made;
  }

  async #summarise(found: FoundRecording[], until: number): Promise<EpisodeSummary[]> {
    const summaries: EpisodeSummary[] = [];
    for (const { path, real, entry } of found.slice(0, MOST_RECORDINGS)) {
      const state = stateOf(entry);
      const known = this.#summaries.get(path);
      if (known?.state === state) summaries.push(known.summary);
      else if (performance.now() < until) {
        const summary = readSummary(path, real);
        this.#summaries.set(path, { state, summary });
        summaries.push(summary);
        await new Promise((resolve) => setTimeout(resolve)); // lets other requests in
      }
    }
    return summaries;
  }
}

/** What a configuration says of its run. */
type ReadKind = Pick<RunEntry, "kind" | "environment" | "problem">;

/** A run's folder as it was listed. */
interface FoundRun {
  name: string;
  folder: string;
  modified: number;
  files: FileEntry[];
  config: FileEntry;
  recordings: FoundRecording[];
  example: boolean;
}

/** A recording: its address, its path, and what the folder says of it. */
interface FoundRecording {
  path: string;
  real: string;
  entry: FileEntry;
}

function readSummary(path: string, real: string): EpisodeSummary {
  try {
    using recording = openRecording(real, { name: path });
    return summariseFile(recording, path);
  } catch (error) {
    return unreadable(path, error);
  }
}

function stateOf({ bytes, modified }: FileEntry): string {
  return `${bytes} ${modified}`;
}

/** What may be runs, by name: `listFiles` looks where links lead. */
async function subfolders(root: string): Promise<[name: string, path: string][]> {
  const entries = await Array.fromAsync(Deno.readDir(root)).catch(() => []);
  return entries.filter(({ name, isFile }) => !isFile && !name.startsWith("."))
    .map(({ name }): [string, string] => [name, join(root, name)])
    .sort(([a], [b]) => a < b ? -1 : 1);
}
