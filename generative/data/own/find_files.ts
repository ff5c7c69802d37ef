import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { fileError } from "../../../core/atomic_file.ts";

/** Folders that programs keep for themselves; those whose names begin with a dot are left aside as well. */
const FOREIGN_FOLDERS = ["__MACOSX", "@eaDir", "$RECYCLE.BIN"];

/** What lies in a folder. */
export interface FoundFiles {
  /** Paths of files, from the folder on, sorted. */
  paths: string[];
  /** What could not be looked at: its path, from the folder on, and what to say of it. */
  skipped: { path: string; reason: string }[];
}

/**
 * The files of a folder and of all folders in it. Links are followed, wherever they lead, but no folder is
 * entered twice: a linked one only where it is not in the folder itself, and never one that holds the folder.
 *
 * @param named What the names of wanted files look like.
 * @param wanted Which files are wanted as well, though their names have no ending. @default none
 * @throws Error naming the folder when it cannot be read.
 */
export function findFiles(
  root: string,
  named: readonly RegExp[],
  wanted: (path: string) => boolean = () => false,
): FoundFiles {
  const isNamed = (path: string) => named.some((form) => form.test(path));
  const isWanted = (path: string) => isNamed(path) || extname(path) === "" && wanted(path);
  const walk: Walk = {
    root,
    isNamed,
    isWanted,
    found: { paths: [], skipped: [] },
    entered: new Set(),
    links: [],
  };
  enter("", walk);
  while (walk.links.length > 0) { // what is really there comes first, then what is linked, then links in that
    const links = walk.links.sort();
    walk.links = [];
    for (const link of links) if (!holds(join(root, link), root)) enter(link, walk);
  }
  walk.found.paths.sort();
  return walk.found;
}

interface Walk {
  root: string;
  isNamed: (path: string) => boolean;
  isWanted: (path: string) => boolean;
  found: FoundFiles;
  /** Folders by their real paths. */
  entered: Set<string>;
  /** Links to folders, still to be followed. */
  links: string[];
}

/** Whether a folder is the other one, or has it somewhere inside. */
function holds(outer: string, inner: string): boolean {
  const way = relative(realpathSync(outer), realpathSync(inner));
  return way.split(sep)[0] !== "..";
}

function enter(folder: string, walk: Walk): void {
  const { root, isNamed, isWanted, found, entered, links } = walk;
  const place = join(root, folder);
  let entries: Dirent[];
  try {
    const real = realpathSync(place);
    if (entered.has(real)) return;
    entered.add(real);
    entries = readdirSync(real, { withFileTypes: true });
  } catch (error) {
    if (folder === "") throw fileError("read", root, error);
    found.skipped.push({ path: folder, reason: fileError("read", place, error).message });
    return;
  }
  const folders: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || FOREIGN_FOLDERS.includes(entry.name)) continue;
    const kind = entry.isSymbolicLink() ? follow(join(root, path)) : entry;
    if (kind?.isDirectory()) (entry.isSymbolicLink() ? links : folders).push(path);
    else if (kind?.isFile() && isWanted(join(root, path))) found.paths.push(path);
    else if (!kind && isNamed(path)) {
      found.skipped.push({ path, reason: `${join(root, path)}: a broken link` });
    }
  }
  for (const inner of folders) enter(inner, walk);
}

/** What a link leads to; nothing where that is not there, or in a circle. */
function follow(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
