import { join } from "node:path";
import type { FileEntry } from "../library.ts";
import { realPathWithin } from "./shelves.ts";

/** How deep below a folder files are listed, and how many at most. */
const DEEPEST = 3;
const MOST_FILES = 5000;

/**
 * The files of a folder, sorted by path. Links to files within `root` count as files; links to folders, links that lead
 * outside, hidden files and temporary ones are left out. A folder that cannot be read holds nothing.
 */
export async function listFiles(folder: string, root: string): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  const visit = async (prefix: string, depth: number): Promise<void> => {
    for (const { name, isDirectory, isSymlink } of await readFolder(join(folder, prefix))) {
      if (found.length >= MOST_FILES) return;
      if (name.startsWith(".") || name.endsWith(".partial")) continue;
      const path = prefix ? `${prefix}/${name}` : name;
      if (isDirectory) {
        if (depth < DEEPEST) await visit(path, depth + 1);
        continue;
      }
      const real = isSymlink ? await realPathWithin(root, join(folder, path)) : join(folder, path);
      const stat = real === undefined ? undefined : await Deno.stat(real).catch(() => undefined);
      if (stat?.isFile) found.push({ path, bytes: stat.size, modified: stat.mtime?.getTime() ?? 0 });
    }
  };
  if (await realPathWithin(root, folder) !== undefined) await visit("", 1);
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

async function readFolder(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch {
    return [];
  }
}
