import { batch } from "@preact/signals";
import { flagName } from "../../../core/flag_name.ts";
import { parseRecording } from "../../../envs/recordings/reader.ts";
import { runKind } from "../../../generative/train/run_kind.ts";
import type { EpisodeSummary, Library, RunEntry } from "../../library.ts";
import { runEnvironment } from "../../run_environment.ts";
import { summarise, unreadable } from "../../summarise.ts";
import { DEFAULT_ENVIRONMENT } from "../environments/default_environment.ts";
import { acting } from "./acting.ts";
import { valueOf } from "./async_state.ts";
import {
  type EpisodeEntry,
  episodeEntry,
  episodeId,
  episodes,
  model,
  run,
  runName,
  runs,
} from "./session.ts";
import { droppedFiles, fetchFile, type FileSource, libraryFiles } from "./sources.ts";
import { episodeMaker } from "./workers.ts";

/** Seeds of the scripted driver's episodes that are always on offer. */
const SCRIPTED_SEEDS = [0, 1, 2];

/** Takes over what the library holds; what the reader opened stays, and so does what is chosen. */
export function useLibrary(library: Library): void {
  const found = library.runs.map((entry) => ({ ...entry, source: libraryFiles(entry.name, entry.files) }));
  const opened = runs.value.filter(({ name }) => openedRuns.has(name));
  const fetched = [
    ...library.runs.flatMap((entry) => entry.episodes.map((summary) => libraryEpisode(summary, entry.name))),
    ...library.recordings.map((summary) => libraryEpisode(summary)),
  ];
  const known = new Set(fetched.map(({ id }) => id));
  const kept = episodes.value.filter(({ id }) => openedEpisodes.has(id) && !known.has(id));
  batch(() => {
    runs.value = [...opened, ...found.filter(({ name }) => !openedRuns.has(name))];
    episodes.value = [...fetched, ...kept];
    for (const seed of SCRIPTED_SEEDS) addScripted(seed);
  });
}

/** Chooses a run: its model, and its first episode where the present one belongs to another run. */
export function selectRun(name: string | undefined): void {
  batch(() => {
    runName.value = name;
    const present = episodeEntry.value;
    const own = episodes.value.find((entry) => entry.run === name && !entry.summary.problem);
    if (own && present?.run !== name) episodeId.value = own.id;
  });
}

/** Chooses an episode, and the run that it belongs to. */
export function selectEpisode(id: string): void {
  const entry = episodes.value.find((known) => known.id === id);
  batch(() => {
    if (entry?.run !== undefined) runName.value = entry.run;
    episodeId.value = id;
  });
}

/** Adds an episode to choose from; one with the same id is replaced. */
export function addEpisode(entry: EpisodeEntry): void {
  openedEpisodes.add(entry.id);
  episodes.value = [...episodes.value.filter(({ id }) => id !== entry.id), entry];
}

/** Adds the scripted driver's episode of a seed. @returns Its id. */
export function addScripted(seed: number): string {
  const id = `scripted:${seed}`;
  if (!episodes.value.some((entry) => entry.id === id)) {
    addEpisode({
      id,
      title: `Scripted driver, seed ${seed}`,
      summary: { ...drivenSummary(id, seed), driver: "scripted" },
      load: () => episodeMaker().scripted(seed),
    });
  }
  return id;
}

/** Adds an episode that the chosen run's agent drives here and now, as it is asked to. @returns Its id; undefined without a model. */
export function addAgentDrive(seed: number): string | undefined {
  const opened = valueOf(model.value);
  if (!opened?.card.driver) return undefined;
  const { card, lab } = opened;
  const { environment } = opened.card.driver;
  const asked = acting.value;
  const words = Object.entries(asked).map(([name, value]) => [name, String(value)]);
  const query = words.length > 0 ? `?${new URLSearchParams(words)}` : "";
  const id = `agent:${card.name}:${seed}${query}`;
  addEpisode({
    id,
    title: [
      `${card.name}, seed ${seed}`,
      ...words.map(([name, value]) => `${flagName(name).replaceAll("-", " ")} ${value}`),
    ].join(", "),
    summary: { ...drivenSummary(id, seed), env: environment, driver: "controller" },
    run: card.name,
    load: () => lab.drive(card.id, { seed, acting: asked }),
  });
  return id;
}

/**
 * Adds a recording that the reader opened or made, and chooses it.
 *
 * @throws RecordingError when nothing in it is readable.
 */
export function openRecordingFile(name: string, bytes: Uint8Array): void {
  const summary = summarise(parseRecording(bytes, { name }), name);
  const id = `file:${name}`;
  addEpisode({ id, title: name, summary, load: () => Promise.resolve(bytes) });
  selectEpisode(id);
}

/**
 * Adds a run folder that the reader opened, and chooses it.
 *
 * @param files By path within the folder: `checkpoints/checkpoint.json`.
 * @throws TypeError when the folder is no run.
 */
export async function openRunFolder(folder: string, files: ReadonlyMap<string, File>): Promise<void> {
  if (!files.has("config.json")) {
    throw new TypeError(
      `Cannot open "${folder}": expected a run folder with a config.json, got ${files.size} files without one`,
    );
  }
  const source = droppedFiles(files);
  const name = runs.value.some((known) => known.name === folder) ? `${folder} (opened)` : folder;
  const own: EpisodeEntry[] = [];
  for (const path of [...files.keys()].filter((path) => path.endsWith(".rec")).sort()) {
    const load = () => source.read(path);
    const id = `runs/${name}/${path}`;
    own.push({ id, title: titleOf(path), summary: await summaryOf(path, load), run: name, load });
  }
  const entry: RunEntry = {
    name,
    ...await readKind(source),
    example: false,
    modified: Math.max(...source.files.map(({ modified }) => modified)),
    training: false,
    files: [...source.files],
    episodes: own.map(({ summary }) => summary),
  };
  openedRuns.add(name);
  batch(() => {
    runs.value = [{ ...entry, source }, ...runs.value.filter((known) => known.name !== name)];
    own.forEach(addEpisode);
    selectRun(name);
  });
}

/** What a run's configuration says of it; one that cannot be read is told of where its model is opened. */
async function readKind(source: FileSource): Promise<Pick<RunEntry, "kind" | "environment">> {
  try {
    const content = JSON.parse(new TextDecoder().decode(await source.read("config.json")));
    return { kind: runKind(content), environment: runEnvironment(content) };
  } catch {
    return { kind: "unknown" };
  }
}

/** Goes to the next (1) or previous (-1) of some episodes. */
export function stepEpisode(direction: 1 | -1, among: readonly EpisodeEntry[] = episodesOfRun()): void {
  const at = among.findIndex(({ id }) => id === episodeId.value);
  const next = among[(at + direction + among.length) % among.length];
  if (next) selectEpisode(next.id);
}

/** The chosen run's episodes, and those that belong to none. */
export function episodesOfRun(): EpisodeEntry[] {
  return episodes.value.filter((entry) => entry.run === undefined || entry.run === run.value?.name);
}

/** What the reader opened: it stays when the library changes. */
const openedRuns = new Set<string>();
const openedEpisodes = new Set<string>();

function libraryEpisode(summary: EpisodeSummary, run?: string): EpisodeEntry {
  const address = () =>
    new URL(summary.path.split("/").map(encodeURIComponent).join("/"), document.baseURI).href;
  const title = run === undefined ? titleOf(summary.path) : `${run}, ${titleOf(summary.path)}`;
  return { id: summary.path, title, summary, run, load: () => fetchFile(address()) };
}

function titleOf(path: string): string {
  return path.split("/").at(-1)!.replace(/\.rec$/, "");
}

/** A drive that has not happened yet: its steps are not known. */
function drivenSummary(path: string, seed: number): EpisodeSummary {
  return {
    path,
    env: DEFAULT_ENVIRONMENT,
    seed,
    steps: 0,
    return: NaN,
    ending: "unfinished",
    driver: "",
    dream: false,
  };
}

async function summaryOf(path: string, load: FileSource["read"] | (() => Promise<Uint8Array>)) {
  try {
    return summarise(parseRecording(await load(path), { name: path }), path);
  } catch (error) {
    return unreadable(path, error);
  }
}
