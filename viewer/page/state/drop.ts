import { signal } from "@preact/signals";
import { messageOf } from "./async_state.ts";
import { notify } from "./notices.ts";
import { openRecordingFile, openRunFolder } from "./select.ts";
import { LARGEST_FILE } from "./sources.ts";

/** The most files that are taken from what is dropped: a folder of everything is no run. */
export const MOST_FILES = 20_000;

/** Whether something is being dragged over the page. */
export const dragging = signal(false);

/** What lies in a heap of files. */
export interface SortedFiles {
  /** Run folders by name: their files by path within the folder. */
  runs: Map<string, Map<string, File>>;
  /** Recordings outside runs, by path. */
  recordings: Map<string, File>;
  /** Everything else outside runs, by path. */
  others: Map<string, File>;
}

/** Sorts files: a folder with a `config.json` is a run, the outermost where several do; the rest stands for itself. */
export function sortFiles(files: ReadonlyMap<string, File>): SortedFiles {
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);
  const folders = [...files.keys()].filter((path) => path.endsWith("/config.json")).map(folderOf)
    .sort((a, b) => a.length - b.length);
  const sorted: SortedFiles = { runs: new Map(), recordings: new Map(), others: new Map() };
  for (const [path, file] of files) {
    const folder = folders.find((folder) => path.startsWith(folder));
    if (folder !== undefined) {
      const name = folder.split("/").at(-2)!;
      const run = sorted.runs.get(name) ?? new Map<string, File>();
      sorted.runs.set(name, run.set(path.slice(folder.length), file));
    } else (path.endsWith(".rec") ? sorted.recordings : sorted.others).set(path, file);
  }
  return sorted;
}

/** Opens what was dropped or chosen; says of each part that cannot be opened what was expected instead. */
export async function openDropped(files: ReadonlyMap<string, File>): Promise<void> {
  const { runs, recordings, others } = sortFiles(files);
  for (const [name, run] of runs) await attempt(name, () => openRunFolder(name, run));
  const found = runs.size + recordings.size > 0;
  // A file of another name may be a recording; in a folder, files beside runs and recordings are no mistake.
  const alone = [...others].filter(([path]) => !path.includes("/"));
  for (const [path, file] of [...recordings, ...alone]) await attempt(path, () => openRecording(path, file));
  if (!found && alone.length === 0) {
    const [folder = "nothing"] = [...files.keys()].map((path) => path.split("/")[0]);
    notify(
      `Cannot open "${folder}": expected a run folder (with a config.json) or recordings (.rec), got ` +
        `${files.size} other files`,
      "error",
    );
  }
}

/** Lets recordings and run folders be dropped anywhere in the window. @returns What stops it. */
export function listenToDrops(): () => void {
  let depth = 0; // enter and leave come for every element on the way
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const listeners = {
    dragenter(event: DragEvent) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth++;
      dragging.value = true;
    },
    dragover(event: DragEvent) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = "copy";
    },
    dragleave(event: DragEvent) {
      if (carriesFiles(event) && --depth <= 0) listeners.end();
    },
    drop(event: DragEvent) {
      listeners.end();
      if (!carriesFiles(event)) return;
      event.preventDefault();
      void openTransfer(event.dataTransfer!);
    },
    end() {
      depth = 0;
      dragging.value = false;
    },
  };
  const names = ["dragenter", "dragover", "dragleave", "drop"] as const;
  for (const name of names) addEventListener(name, listeners[name]);
  return () => {
    for (const name of names) removeEventListener(name, listeners[name]);
  };
}

async function openTransfer(transfer: DataTransfer): Promise<void> {
  // Entries are gone after the event: take them all before waiting for the first.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  const files = new Map<string, File>();
  if (entries.length === 0) { for (const file of transfer.files) files.set(file.name, file); }
  await attempt(entries[0]?.name ?? "the dropped items", async () => {
    for (const entry of entries) await collect(entry, files);
    await openDropped(files);
  });
}

/** Gathers a dropped entry's files by path. @throws RangeError when there are too many. */
async function collect(entry: FileSystemEntry, files: Map<string, File>): Promise<void> {
  if (files.size >= MOST_FILES) {
    throw new RangeError(`expected at most ${MOST_FILES} files, got more; drop one run folder`);
  }
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject)
    );
    files.set(entry.fullPath.replace(/^\//, ""), file);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) { // comes in parts of a hundred
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (part.length === 0) return;
    for (const inner of part) await collect(inner, files);
  }
}

async function openRecording(path: string, file: File): Promise<void> {
  if (file.size > LARGEST_FILE) {
    throw new RangeError(`expected a recording of at most ${LARGEST_FILE} bytes, got ${file.size}`);
  }
  const name = path.split("/").at(-1)!;
  openRecordingFile(name, new Uint8Array(await file.arrayBuffer()));
}

async function attempt(name: string, open: () => void | Promise<void>): Promise<void> {
  try {
    await open();
  } catch (error) {
    const message = messageOf(error);
    notify(message.startsWith("Cannot") ? message : `Cannot open "${name}": ${message}`, "error");
  }
}
