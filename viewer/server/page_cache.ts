import { pack, unpack } from "msgpackr";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeFileAtomic } from "../../core/atomic_file.ts";
import { defaultCacheFolder } from "../../generative/runtime/install/locate.ts";

/** The page's files by path. */
export type PageContents = Record<string, Uint8Array<ArrayBuffer>>;

/** Where the page's code may lie, and what decides over its packages. */
const SOURCES = ["core", "envs", "generative", "worlds", "agents", "viewer", "deno.json", "deno.lock"];
/** How many pages are kept: a few checkouts share the cache. */
const KEPT = 4;

/** Names the state of all sources that the page is made of: the same name, the same page. */
export async function digestSources(root: string): Promise<string> {
  const hash = createHash("sha256").update(Deno.version.deno);
  const visit = async (path: string): Promise<void> => {
    const { isFile } = await Deno.stat(join(root, path));
    if (isFile) return void hash.update(path).update("\0").update(await Deno.readFile(join(root, path)));
    const names = (await Array.fromAsync(Deno.readDir(join(root, path)))).map(({ name }) => name);
    for (const name of names.sort()) {
      if (/^[^.]+$|\.(tsx?|css|html|svg)$/.test(name)) await visit(`${path}/${name}`);
    }
  };
  for (const path of SOURCES) await visit(path);
  return hash.digest("hex").slice(0, 32);
}

/** The page that was made of the same sources before, if it is still there. */
export async function readCachedPage(key: string, folder = pageFolder()): Promise<PageContents | undefined> {
  try {
    return unpack(await Deno.readFile(join(folder, `${key}.msgpack`)));
  } catch {
    return undefined; // it is made again
  }
}

/** Keeps a page for the next time; a cache that cannot be written to is none. */
export async function cachePage(key: string, contents: PageContents, folder = pageFolder()): Promise<void> {
  try {
    writeFileAtomic(join(folder, `${key}.msgpack`), pack(contents));
    const kept = await Array.fromAsync(Deno.readDir(folder), async ({ name }) => {
      const path = join(folder, name);
      return { path, modified: (await Deno.stat(path)).mtime?.getTime() ?? 0 };
    });
    for (const { path } of kept.sort((a, b) => b.modified - a.modified).slice(KEPT)) await Deno.remove(path);
  } catch {
    // The next start makes it again.
  }
}

function pageFolder(): string {
  return join(defaultCacheFolder(), "page");
}
