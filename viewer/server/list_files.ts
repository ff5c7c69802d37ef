import { join } from "node:path";
import type { FileEntry } from "../library.ts";
import { isWithin } from "./shelves.ts";

/** How deep below a folder files are listed, and how many at most. */
const DEEPEST = 3;
const MOST_FILES = 5000;

/**
 * The files of a folder, sorted by path. Links to files within `root` count as files; links to folders, links that lead
 * outside, hidden files and temporary ones are left out. A folder that cannot be read holds nothing.
 */
export function listFiles(folder: string, root: string): FileEntry[] {
  const found: FileEntry[] = [];
  // Without promises: a library is thousands of files, and is asked for every few seconds.
  const visit = (prefix: string, depth: number): void => {
    for (const { name, isDirectory, isSymlink } of readFolder(join(folder, prefix))) {
      if (found.length >= MOST_FILES) return;
      if (name.startsWith(".") || name.endsWith(".partial")) continue;
      const path = prefix ? `${prefix}/${name}` : name;
      if (isDirectory) {
        if (depth < DEEPEST) visit(path, depth + 1);
        continue;
      }
      const file = join(folder, path);
      const stat = isSymlink && !leadsWithin(root, file) ? undefined : statOf(file);
      if (stat?.isFile) found.push({ path, bytes: stat.size, modified: stat.mtime?.getTime() ?? 0 });
    }
  };
  if (leadsWithin(root, folder)) visit("", 1);
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

function readFolder(path: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(path)];
  } catch {
    return [];
  }
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined; // a link to nowhere, or gone meanwhile
  }
}

function leadsWithin(root: string, path: string): boolean {
  try {
    return isWithin(root, Deno.realPathSync(path));
  } catch {
    return false;
  }
}
