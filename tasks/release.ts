// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task release RUN`: makes of a finished run a small one to share. `--help` tells the rest.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import { releaseRun } from "../agents/train_world_model/release_run.ts";
import { RunFolder } from "../generative/train/mod.ts";
import { formatCount, parseArguments, runTask, table, UsageError } from "./cli.ts";
import { EXAMPLES, findRun, oneRun } from "./find_run.ts";
import { modelCard } from "./model_card.ts";
import { shellWord } from "./shell_word.ts";

/** What a released run may hold, megabytes. */
const LIMIT = 3;

const HELP = `deno task release RUN [options]

Makes of a finished run of deno task train-world-model (a name, or a folder such as runs/default-1) a small one to
share: vision, memory and controller in half precision, one recording, and a model card with its scores. It is a run
like any other to watch and evaluate; only training cannot go on from it. The viewer lists what lies in pretrained/ as
examples.

  --to DIR     the new folder (default: pretrained/ and the run's name)
  --limit MB   refuses to write more (default: ${LIMIT})
  --force      replaces a folder that is there
  --help       this text`;

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const flags = { to: "value", limit: "value", force: "switch", help: "switch" } as const;
  const { values, switches, positionals } = parseArguments(Deno.args, flags);
  if (switches.has("help")) return console.log(HELP);
  const meant = oneRun(positionals, "release", "run such as runs/default-1");
  const limit = Number(values.limit ?? LIMIT);
  if (!(limit > 0)) {
    throw new UsageError(`Cannot set --limit: expected megabytes above 0, got "${values.limit}"`);
  }
  const folder = findRun(meant, "release");
  const { model } = RunFolder.load(folder).config;
  if (typeof model === "string") {
    throw new UsageError(
      `Cannot release "${folder}": expected a run of deno task train-world-model, got a model of deno task train`,
    );
  }
  const to = values.to ?? `${EXAMPLES}/${basename(resolve(folder))}`;
  if (!/^\w[\w.-]*$/.test(basename(to))) {
    throw new UsageError(
      `Cannot set --to: expected a name of letters, digits, ".", "_", "-", got "${basename(to)}"`,
    );
  }
  const options = { limit: limit * 1e6, force: switches.has("force"), card: modelCard };
  const files = await releaseRun(folder, to, options).catch((error) => {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  });
  const bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(table([["file", "bytes"], ...files.map(({ path, bytes }) => [path, formatCount(bytes)])]));
  console.log(`\n"${to}": ${files.length} files, ${(bytes / 1e6).toFixed(2)} MB`);
  console.error(`Next: deno task evaluate ${shellWord(to)}`);
  console.error(`      deno task watch ${shellWord(to)}`);
}
