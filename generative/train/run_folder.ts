import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileError, removeAbandonedFiles, writeFileAtomic } from "../../core/atomic_file.ts";
import type { Config, FieldTable } from "../../core/fields/field.ts";
import type { Json } from "./checkpoint.ts";
import { readFile } from "./read_file.ts";
import { checkConfig } from "./resolve_config.ts";
import { encodeRunConfig, parseRunConfig, type RunConfig } from "./run_config.ts";
import { runKind } from "./run_kind.ts";
import { RunLock } from "./run_lock.ts";

/** The options of {@link RunFolder.open}. */
export interface RunFolderOptions {
  /** What is trained: a name that the run keeps. @default what its configuration says, see `runKind` */
  kind?: string;
  /** The folder of all runs. @default "runs" */
  root?: string;
  /** The resolved configuration. A run that goes on must have the same. */
  config: Record<string, Json>;
  /** Numbers of the configuration that may be larger than before: the run goes on with them. @default none */
  grows?: readonly string[];
  /** What a configuration means that was written before there were all options, see `completeConfig`. @default itself */
  complete?: (written: Config) => Config;
}

/**
 * The folder of a run, `runs/<name>/`: `config.json`, `environment.json`, `metrics.jsonl`, `checkpoints/`,
 * `recordings/` and `samples/`.
 */
export class RunFolder implements Disposable {
  /** Whether it was there before. */
  readonly resumed: boolean;
  /** What is trained, see `runKind`. */
  readonly kind: string;
  /** The resolved configuration. */
  readonly config: Record<string, Json>;
  readonly #lock: RunLock | undefined;

  private constructor(
    readonly path: string,
    { kind, config }: Kinded,
    { resumed, lock }: { resumed: boolean; lock?: RunLock },
  ) {
    this.kind = kind;
    this.config = config;
    this.resumed = resumed;
    this.#lock = lock;
  }

  /**
   * Makes the folder of a run, or goes on with the one that is there. Until it is closed, or this process ends, no
   * other can open it; what a killed process left half-written is removed.
   *
   * @param name The run's name: one folder name, no path.
   * @throws RangeError for a name that is none; Error when another process has it open, when the folder cannot be
   * written, is of another version, has another configuration or was released; SyntaxError when its `config.json` was
   * edited or is damaged. Nothing of the run is changed then.
   */
  static open(name: string, options: RunFolderOptions): RunFolder {
    if (!/^[\w][\w.-]*$/.test(name)) {
      throw new RangeError(
        `Cannot open a run: expected a name of letters, digits, ".", "_", "-", got "${name}"`,
      );
    }
    const path = join(options.root ?? "runs", name);
    refuseReleased(path);
    makeFolder(path);
    const lock = RunLock.acquire(path, "wait until that has ended, or choose another name");
    try {
      const resumed = existsSync(join(path, "config.json"));
      const kind = options.kind ?? runKind(options);
      const grown = resumed && compareRuns(path, readRun(path), { ...options, kind });
      for (const part of ["checkpoints", "recordings", "samples"]) makeFolder(join(path, part));
      removeAbandonedFiles(path);
      if (!resumed || grown) {
        writeFileAtomic(join(path, "config.json"), encodeRunConfig({ kind, config: options.config }));
      }
      return new RunFolder(path, { kind, config: options.config }, { resumed, lock });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Reads what a run is; nothing keeps its training from going on meanwhile. Whoever writes to it takes a
   * {@link RunLock} first.
   *
   * @param path The folder itself.
   * @throws Error when there is no run; SyntaxError when its `config.json` was edited or is damaged.
   */
  static load(path: string): RunFolder {
    return new RunFolder(path, readRun(path), { resumed: true });
  }

  /** Writes `environment.json`: versions, backend and machine of this session. */
  describe(environment: Record<string, Json>): void {
    writeFileAtomic(join(this.path, "environment.json"), JSON.stringify(environment, null, 2) + "\n");
  }

  /** Lets other processes open the run. */
  close(): void {
    this.#lock?.release();
  }

  /** See {@link RunFolder.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Removes the run and all that is in it. */
  remove(): void {
    removeFolder(this.path);
    this.close();
  }

  /**
   * Removes a run that nobody has open, even one whose `config.json` is damaged.
   *
   * @throws Error when a process writes to it, or the folder cannot be removed.
   */
  static remove(path: string): void {
    using _lock = RunLock.acquire(path, "wait until that has ended");
    removeFolder(path);
  }

  /**
   * The configuration, checked.
   *
   * @throws SyntaxError naming `config.json` and the field that does not fit.
   */
  checkedConfig<C>(table: FieldTable<C>): C {
    return checkConfig(table, this.config, { source: join(this.path, "config.json") });
  }

  /** The folder of a checkpoint, such as `checkpoints/vision`. */
  checkpoint(name: string): string {
    return join(this.path, "checkpoints", name);
  }

  /** A path in `recordings/`. */
  recording(name: string): string {
    return join(this.path, "recordings", name);
  }

  /** A path in `samples/`. */
  sample(name: string): string {
    return join(this.path, "samples", name);
  }
}

function removeFolder(path: string): void {
  // Out of the way first: whoever opens the name from now on makes a folder of its own.
  const moved = `${path}.${process.pid}.partial`;
  renameSync(path, moved);
  rmSync(moved, { recursive: true });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw fileError("write", path, error);
  }
}

/** @throws Error for a run that was released: it has no optimisers to go on with. */
function refuseReleased(folder: string): void {
  if (!existsSync(join(folder, "config.json")) || !readContent(folder).released) return;
  throw new Error(
    `Cannot resume "${folder}": it was released without the optimisers that training needs; choose another name to ` +
      "train a run of your own",
  );
}

/** What a run is: what was trained, and by which options. */
type Kinded = Required<Pick<RunConfig, "kind" | "config">>;

function readRun(folder: string): Kinded {
  const content = readContent(folder);
  return { kind: runKind(content), config: content.config };
}

function readContent(folder: string): RunConfig {
  const path = join(folder, "config.json");
  return parseRunConfig(new TextDecoder().decode(readFile(path)), `"${path}"`);
}

/** Whether a number grew that may grow. @throws Error for any other difference. */
function compareRuns(
  folder: string,
  written: Kinded,
  { kind, config: fresh, grows = [], complete = (written) => written }: RunFolderOptions & { kind: string },
): boolean {
  if (written.kind !== kind) {
    throw new Error(
      `Cannot go on with "${folder}": it is a run of ${written.kind}, not of ${kind}; choose another name`,
    );
  }
  const old: Record<string, Json> = complete(written.config as Config);
  let grown = false;
  for (const key of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
    const [before, after] = [JSON.stringify(old[key]), JSON.stringify(fresh[key])];
    if (grows.includes(key) && Number(fresh[key]) > Number(old[key])) grown = true;
    else if (before !== after) {
      throw new Error(
        `Cannot go on with "${folder}": ${key} is ${before ?? "absent"} in its config.json, ${
          after ?? "absent"
        } now; ` +
          "choose another name or the same options",
      );
    }
  }
  return grown;
}
