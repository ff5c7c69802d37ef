import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { nearestName } from "../core/nearest_name.ts";
import { type RunFamily, runFamily, RunFolder } from "../generative/train/mod.ts";
import type { Operand } from "./cli.ts";
import { projectPath, shownPath, typedPath } from "./paths.ts";
import { note, UsageError } from "./run_task.ts";

/** Where the runs lie that come with Somnium, in the project. */
export const EXAMPLES = "pretrained";
/** Where runs lie that are told by their names, in the project. */
export const ROOTS = ["runs", EXAMPLES];

/** What a task takes runs of. */
export interface RunWish {
  /** The task's name. */
  task: string;
  /** The families of the runs that it takes. @default all */
  kinds?: readonly RunFamily[];
  /** Which of these it can use, to choose the newest; it may use others when it is told to. @default all */
  fits?: (folder: string) => boolean;
  /** The command that makes such a run. @default that of the first family */
  maker?: string;
}

/** A run that a task is about. */
export interface ChosenRun {
  /** Its folder. */
  folder: string;
  /** Its family. */
  kind: RunFamily;
}

/** The operand of a task that takes a run. */
export const RUN: Operand = {
  name: "RUN",
  help: "a run's name or folder (default: the newest suitable run)",
  wanted: "at most one run",
  suggest: () => runNames(),
};

/**
 * The run that the user means: a folder, or a name in `runs/` or `pretrained/`; without either, the newest that fits,
 * which standard error tells.
 *
 * @throws UsageError for a name that is none (naming the nearest one) and for a run that the task cannot use.
 */
export function chooseRun([meant]: readonly string[], wish: RunWish): ChosenRun {
  if (meant === undefined) return newestRun(wish, ROOTS.map(projectPath));
  const folder = findRun(meant, wish.task);
  const kind = familyOf(RunFolder.load(folder));
  if (wish.kinds !== undefined && !wish.kinds.includes(kind)) {
    const wanted = wish.kinds.map((family) => WORDS[family]).join(" or ");
    throw new UsageError(
      `Cannot ${wish.task} "${shownPath(folder)}": expected ${wanted}, got ${WORDS[kind]}: use deno task ${
        TASKS[kind]
      }`,
    );
  }
  return { folder, kind };
}

/** What to call runs by their families. */
const WORDS: Record<RunFamily, string> = {
  "model": "a model of deno task train",
  "world model": "a run of deno task train-world-model",
  "agent": "an agent of deno task train",
};

/** What takes them. */
const TASKS: Record<RunFamily, string> = {
  "model": "sample, explore, evaluate or document",
  "world model": "watch, evaluate or train-world-model",
  "agent": "watch, evaluate or train",
};

/** The names of all runs and examples. */
export function runNames(): string[] {
  return ROOTS.flatMap((root) => runsIn(projectPath(root)).map((folder) => basename(folder)));
}

/**
 * The folder of a run that is named by its path or its name.
 *
 * @param root A folder of runs to look into first.
 * @throws UsageError naming the nearest name when there is none.
 */
export function findRun(meant: string, task: string, root?: string): string {
  const found = lookForRun(meant, root);
  if (found !== undefined) return found;
  const near = nearestName(basename(meant), runNames());
  throw new UsageError(
    `Cannot ${task} "${meant}": expected a run's folder or name, got nothing there${
      near === undefined ? "" : `; did you mean "${near}"?`
    }`,
  );
}

/** Whether {@link findRun} finds a run of this name. */
export function isRun(meant: string): boolean {
  return lookForRun(meant) !== undefined;
}

function lookForRun(meant: string, root?: string): string | undefined {
  const plain = meant.replace(/(?<=.)[/\\]+$/, "");
  const places = [
    ...root === undefined ? [] : [join(root, plain)],
    typedPath(plain),
    projectPath(plain), // as messages and pages name it
    ...basename(plain) === plain ? ROOTS.map((root) => projectPath(join(root, plain))) : [],
  ];
  return places.find((place) => existsSync(join(place, "config.json")));
}

/**
 * The run that was trained last, of those that fit.
 *
 * @param roots Folders of runs; the first one that has any that fit counts.
 * @throws UsageError when there is none.
 */
export function newestRun(wish: RunWish, roots: readonly string[]): ChosenRun {
  const newest = findNewestRun(wish, roots);
  if (newest) {
    note(`Using the newest suitable run: "${shownPath(newest.folder)}"`);
    return newest;
  }
  const { maker = wish.kinds?.includes("model") ? "deno task train MODEL" : "deno task train-world-model" } =
    wish;
  throw new UsageError(
    `Cannot ${wish.task}: expected a suitable run in "runs", got none; ${maker} makes one`,
  );
}

/** The run that {@link chooseRun} takes when none is named; nothing where there is none. */
export function findNewestRun(
  { kinds, fits }: RunWish,
  roots: readonly string[] = ROOTS.map(projectPath),
): ChosenRun | undefined {
  for (const root of roots) {
    const runs = runsIn(root).flatMap((folder) => {
      const run = openRun(folder);
      const trained = statSync(join(folder, "checkpoints", "checkpoint.json"), { throwIfNoEntry: false })
        ?.mtimeMs;
      if (!run || trained === undefined) return [];
      const fitting = (kinds?.includes(familyOf(run)) ?? true) && (fits?.(folder) ?? true);
      return fitting ? [{ folder, kind: familyOf(run), trained }] : [];
    });
    const newest = runs.toSorted((a, b) => b.trained - a.trained)[0];
    if (newest) return { folder: newest.folder, kind: newest.kind };
  }
  return undefined;
}

/** The folders of the runs in a folder, by name. */
export function runsIn(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root).sort().map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, "config.json")));
}

function openRun(folder: string): RunFolder | undefined {
  try {
    return RunFolder.load(folder);
  } catch {
    return undefined; // damaged: whoever names it is told
  }
}

function familyOf({ kind, config }: RunFolder): RunFamily {
  return runFamily(kind, config);
}
