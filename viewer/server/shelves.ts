import { basename, join, sep } from "node:path";

/** What a {@link Shelves} holds beside the folder of all runs. */
export interface ShelvesOptions {
  /** The folder of all runs; it need not be there yet. */
  runs: string;
  /** Run folders and recordings elsewhere. */
  files?: readonly string[];
}

/** The folders and files that are served, and the only way from an address to a path. */
export class Shelves {
  /** The folder of all runs. */
  readonly root: string;
  /** Run folders elsewhere, by the name that they have in addresses. */
  readonly runs = new Map<string, string>();
  /** Recordings elsewhere, by the name that they have in addresses. */
  readonly recordings = new Map<string, string>();

  private constructor(root: string) {
    this.root = root;
  }

  /** @throws Deno.errors.NotFound when one of the `files` is not there. */
  static async open({ runs, files = [] }: ShelvesOptions): Promise<Shelves> {
    const shelves = new Shelves(runs);
    const root = await shelves.realRoot();
    for (const file of files) {
      const real = await Deno.realPath(file);
      const { isDirectory } = await Deno.stat(real);
      if (isDirectory && root !== undefined && real === join(root, basename(real))) continue;
      const taken = isDirectory ? shelves.runs : shelves.recordings;
      const inRoot = (name: string) => isDirectory && root !== undefined && exists(join(root, name));
      let name = basename(real);
      for (let i = 2; taken.has(name) || await inRoot(name); i++) name = `${basename(real)} (${i})`;
      taken.set(name, real);
    }
    return shelves;
  }

  /** Where the folder of all runs really lies; `undefined` while there is none. */
  async realRoot(): Promise<string | undefined> {
    try {
      return await Deno.realPath(this.root);
    } catch {
      return undefined;
    }
  }

  /**
   * The file that an address names, as its real path; `undefined` when there is none or when links lead it out of what
   * is served.
   *
   * @param segments Decoded parts of the address, such as `["runs", "default-1", "config.json"]`.
   */
  async locate([kind, name, ...rest]: readonly string[]): Promise<string | undefined> {
    if (kind === "recordings") return rest.length === 0 ? this.recordings.get(name) : undefined;
    if (kind !== "runs" || name === undefined) return undefined;
    const elsewhere = this.runs.get(name);
    const folder = elsewhere ?? await this.realRoot();
    if (folder === undefined) return undefined;
    return await realPathWithin(folder, join(folder, ...elsewhere ? rest : [name, ...rest]));
  }
}

/**
 * The real path of what lies within a folder, or is it; `undefined` when it is not there or leads outside.
 *
 * @param folder The folder's own real path.
 */
export async function realPathWithin(folder: string, path: string): Promise<string | undefined> {
  try {
    const real = await Deno.realPath(path);
    return real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep)
      ? real
      : undefined;
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
