/**
 * `deno task runs`: lists runs, compares some, or removes them. `--help` tells the rest.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import { flagName } from "../core/flag_name.ts";
import { RunFolder } from "../generative/train/mod.ts";
import { type Given, Task } from "./cli.ts";
import { EXAMPLES, findRun, ROOTS, RUN, runsIn } from "./find_run.ts";
import { flag, JSON_FLAG, RUNS_FLAG } from "./flags.ts";
import { table } from "./format.ts";
import { projectPath, shownPath } from "./paths.ts";
import { note, print, printJson, UsageError } from "./run_task.ts";
import { type RunSummary, summariseRun } from "./summarise_run.ts";

/** `deno task runs [RUN...]`. */
export const TASK = new Task({
  name: "runs",
  help:
    "Lists all runs, the newest first: what was trained and when, its state and its result. With runs, compares them: " +
    "their results, and the options in which they differ.",
  operand: {
    ...RUN,
    help: "runs to compare or to remove, by name or folder (default: list all)",
    many: true,
  },
  flags: {
    remove: flag("remove the runs that are named, after a question"),
    yes: flag("with --remove, do not ask"),
    runs: { ...RUNS_FLAG, unset: "the project's runs, and the examples in pretrained/" },
    json: JSON_FLAG,
  },
  examples: ["runs", "runs default-1 default-2", "runs --remove trial --yes"],
});

if (import.meta.main) await TASK.run(main);

function main({ flags, operands }: Given<typeof TASK.options.flags>): void {
  if (flags.yes && !flags.remove) throw new UsageError("Cannot set --yes: expected --remove beside it");
  const named = [
    ...new Set(operands.map((run) => findRun(run, flags.remove ? "remove" : "compare", flags.runs))),
  ];
  if (flags.remove) return remove(named, flags.yes);
  if (named.length > 0) return compare(named.map(summariseRun), flags.json);
  const roots = flags.runs === undefined ? ROOTS.map(projectPath) : [flags.runs];
  list(roots.flatMap(runsIn).map(summariseRun).toSorted((a, b) => b.modified - a.modified), flags.json);
}

function list(runs: readonly RunSummary[], json: boolean): void {
  if (json) return runs.forEach((run) => printJson({ type: "run", ...run, folder: shownPath(run.folder) }));
  if (runs.length === 0) return note("There are no runs yet; deno task train MODEL makes one");
  const rows = runs.map((
    { folder, kind, modified, state, headline },
  ) => [basename(folder), kind, dateOf(modified), state, headline]);
  print(table([["run", "kind", "last trained", "state", "result"], ...rows]));
}

/** Results of runs beside one another, then the options in which they differ. */
function compare(runs: readonly RunSummary[], json: boolean): void {
  const differing = keysOf(runs.map(({ options }) => options)).filter((key) =>
    new Set(runs.map(({ options }) => JSON.stringify(options[key]))).size > 1
  );
  if (json) {
    return printJson({
      type: "comparison",
      runs: runs.map(({ folder, options, ...run }) => ({
        ...run,
        folder: shownPath(folder),
        options: Object.fromEntries(differing.map((key) => [key, options[key] ?? null])),
      })),
    });
  }
  const results = keysOf(runs.map(({ results }) => results));
  print(table([
    ["", ...runs.map(({ folder }) => basename(folder))],
    ["kind", ...runs.map(({ kind }) => kind)],
    ["last trained", ...runs.map(({ modified }) => dateOf(modified))],
    ["state", ...runs.map(({ state }) => state)],
    ...results.map((name) => [name, ...runs.map(({ results }) => results[name] ?? "-")]),
    ...differing.map((
      key,
    ) => [`--${flagName(key)}`, ...runs.map(({ options }) => String(options[key] ?? "-"))]),
  ]));
}

/** The keys of some objects, in the order in which they come. */
function keysOf(objects: readonly object[]): string[] {
  return [...new Set(objects.flatMap(Object.keys))];
}

/** @throws UsageError where nothing is named, an example is, or nobody can be asked. */
function remove(folders: readonly string[], yes: boolean): void {
  if (folders.length === 0) throw new UsageError("Cannot remove: expected the name of a run, got none");
  const example = folders.find((folder) => resolve(folder).startsWith(`${resolve(projectPath(EXAMPLES))}/`));
  if (example !== undefined) {
    throw new UsageError(`Cannot remove "${shownPath(example)}": it comes with Somnium`);
  }
  for (const folder of folders) {
    const shown = shownPath(folder);
    if (!yes) {
      if (!Deno.stdin.isTerminal()) {
        throw new UsageError(`Cannot remove "${shown}" without asking: --yes removes it at once`);
      }
      if (!confirm(`Remove "${shown}" and all that is in it?`)) continue;
    }
    RunFolder.remove(folder);
    note(`Removed "${shown}"`);
  }
}

/** When something was written, as 2026-11-29 20:15 in universal time. */
function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 16).replace("T", " ");
}
