import { basename, extname, isAbsolute, join, relative, sep } from "node:path";

/** What a {@link Shelves} holds. */
export interface ShelvesOptions {
  /** The folder of all runs; it need not be there yet. */
  runs?: string;
  /** The folder of the runs that are shown as examples; it need not be there. */
  examples?: string;
  /** Run folders and recordings elsewhere; those within `runs` or `examples` are there anyway. */
  files?: readonly string[];
}

/** The folders and files that are served, and the only way from an address to a path. */
export class Shelves {
  /** Run folders elsewhere, by the name that they have in addresses. */
  readonly runs = new Map<string, string>();
  /** Recordings elsewhere, by the name that they have in addresses. */
  readonly recordings = new Map<string, string>();
  readonly #root?: string;
  readonly #examples?: string;

  private constructor({ runs, examples }: ShelvesOptions) {
    this.#root = runs;
    this.#examples = examples;
  }

  /**
   * Looks at what there is.
   *
   * @throws Deno.errors.NotFound when one of the `files` is not there.
   */
  static async open(options: ShelvesOptions): Promise<Shelves> {
    const shelves = new Shelves(options);
    const root = await shelves.realRoot();
    const examples = [...(await shelves.examples()).values()];
    for (const file of options.files ?? []) {
      const real = await Deno.realPath(file);
      if (root !== undefined && partsWithin(root, real) || examples.includes(real)) continue;
      const { isDirectory } = await Deno.stat(real);
      const own = isDirectory ? shelves.runs : shelves.recordings;
      const taken = async (name: string) =>
        own.has(name) || (isDirectory && root !== undefined && await exists(join(root, name)));
      const extension = isDirectory ? "" : extname(real);
      const stem = basename(real, extension);
      let name = stem + extension;
      for (let i = 2; await taken(name); i++) name = `${stem} (${i})${extension}`;
      own.set(name, real);
    }
    return shelves;
  }

  /** The address of a run folder or a recording, relative to the library; `undefined` when it is not served. */
  async addressOf(path: string): Promise<string | undefined> {
    const real = await Deno.realPath(path);
    const root = await this.realRoot();
    const parts = root === undefined ? undefined : partsWithin(root, real);
    if (parts) return ["runs", ...parts].join("/");
    const shelves = [["runs", this.runs], ["runs", await this.examples()], [
      "recordings",
      this.recordings,
    ]] as const;
    for (const [kind, own] of shelves) {
      for (const [name, path] of own) if (path === real) return `${kind}/${name}`;
    }
    return undefined;
  }

  /** Where the folder of all runs really lies; `undefined` while there is none. */
  async realRoot(): Promise<string | undefined> {
    return await realPath(this.#root);
  }

  /** The examples that there are now, by the name that they have in addresses: another one where a run has theirs. */
  async examples(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const [root, folder] = await Promise.all([this.realRoot(), realPath(this.#examples)]);
    if (folder === undefined) return found;
    for (const name of (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort()) {
      const real = await realPath(join(folder, name));
      if (/^\.|\.partial$/.test(name) || real === undefined || !isWithin(folder, real)) continue;
      if (!await exists(join(real, "config.json"))) continue;
      const taken = this.runs.has(name) || (root !== undefined && await exists(join(root, name)));
      found.set(taken ? `${name} (example)` : name, real);
    }
    return found;
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
    const elsewhere = this.runs.get(name) ?? (await this.examples()).get(name);
    const folder = elsewhere ?? await this.realRoot();
    if (folder === undefined) return undefined;
    const path = join(folder, ...elsewhere ? rest : [name, ...rest]);
    const real = await Deno.realPath(path).catch(() => undefined);
    return real !== undefined && isWithin(folder, real) ? real : undefined;
  }
}

/** Whether a real path is a folder's own or lies within it. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The names that lead from the folder of all runs to a run or into one. */
function partsWithin(root: string, real: string): string[] | undefined {
  const parts = relative(root, real).split(sep);
  const plain = parts.every((part) => part !== "" && !part.startsWith(".")) && !isAbsolute(parts[0]);
  const loose = parts.length === 1 && parts[0].endsWith(".rec"); // only folders are looked into
  return plain && !loose ? parts : undefined;
}

async function realPath(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : await Deno.realPath(path).catch(() => undefined);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
