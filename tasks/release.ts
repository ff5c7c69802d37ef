/**
 * `deno task release RUN`: makes of a finished run a small one to share. `--help` tells the rest.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import { releaseRun } from "../agents/train_world_model/release_run.ts";
import { type Given, Task } from "./cli.ts";
import { chooseRun, EXAMPLES, RUN } from "./find_run.ts";
import { flag, JSON_FLAG, path, positiveNumber } from "./flags.ts";
import { formatCount, table } from "./format.ts";
import { modelCard } from "./model_card.ts";
import { projectPath, shownPath } from "./paths.ts";
import { note, print, printJson, UsageError } from "./run_task.ts";
import { shellWord } from "./shell_word.ts";

/** What a released run may hold, megabytes. */
const LIMIT = 3;

/** `deno task release RUN`. */
export const TASK = new Task({
  name: "release",
  help:
    "Makes a small copy of a finished run of deno task train-world-model to share: world model and controller in " +
    "half precision, one recording, and a model card with its scores. watch and evaluate treat it like any other run, " +
    "but training cannot be resumed from it. The viewer lists runs in pretrained/ as examples.",
  operand: RUN,
  flags: {
    to: path("DIR", "the new folder", "pretrained/ and the run's name"),
    limit: {
      ...positiveNumber("maximum size in megabytes", LIMIT),
      value: "MB",
      wanted: "megabytes above 0",
    },
    force: flag("replace an existing folder"),
    json: JSON_FLAG,
  },
  writes: "to",
  examples: ["release default-1", "release runs/default-1 --to pretrained/my-driver --force"],
});

if (import.meta.main) await TASK.run(main);

async function main({ flags, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const { limit, force, json } = flags;
  const { folder } = chooseRun(operands, { task: "release", kinds: ["world model"], fits: isOwn });
  const to = flags.to ?? projectPath(`${EXAMPLES}/${basename(resolve(folder))}`);
  if (!/^\w[\w.-]*$/.test(basename(to))) {
    throw new UsageError(
      `Cannot set --to: expected a name of letters, digits, ".", "_", "-", got "${basename(to)}"`,
    );
  }
  const options = { limit: limit * 1e6, force, card: modelCard };
  const files = await releaseRun(folder, to, options).catch((error) => {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  });
  const bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (json) return printJson({ type: "release", folder: shownPath(to), bytes, files });
  print(table([["file", "bytes"], ...files.map(({ path, bytes }) => [path, formatCount(bytes)])]));
  const shown = shownPath(to);
  print(`\n"${shown}": ${files.length} files, ${(bytes / 1e6).toFixed(2)} MB`);
  note(`Next: deno task evaluate ${shellWord(shown)}\n      deno task watch ${shellWord(shown)}`);
}

/** Whether a run is none of the examples, which were released already. */
function isOwn(folder: string): boolean {
  return !resolve(folder).startsWith(resolve(projectPath(EXAMPLES)));
}
