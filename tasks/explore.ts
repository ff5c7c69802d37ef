// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task explore RUN`: makes a trained model's own pictures. `--help` tells the rest.
 *
 * @module
 */
import { basename, join } from "node:path";
import { writeFileAtomic } from "../core/atomic_file.ts";
import { RandomStream } from "../core/mod.ts";
import { writeArtifact } from "../generative/models/write_artifact.ts";
import { interruptSignal, parseArguments, runTask, UsageError } from "./cli.ts";
import { tellData } from "./model_report.ts";
import { oneRun } from "./find_run.ts";
import { lockRun, openModel, wholeNumber } from "./open_model.ts";
import { Progress } from "./progress.ts";

const HELP = `deno task explore RUN [options]

Makes a trained model's own pictures (a folder such as runs/vae-fashion-default-1): its latent space, what it
reconstructs, its probabilities, what it looks at. They lie in the run's samples/, explore.md tells what to see.

  --seed S   of what is drawn (default: 1)
  --json     one JSON object a picture on standard output
  --help     this text`;

const progress = new Progress();

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    seed: "value",
    json: "switch",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  const folder = oneRun(positionals, "explore");
  const seed = wholeNumber("seed", values.seed, { fallback: 1 });
  const signal = interruptSignal();
  using _lock = lockRun(folder);
  const { kind, model, parameters, step, loadData, dispose } = await openModel(folder, progress);
  if (!model.explore) throw new UsageError(`Cannot explore: ${kind.name} has no pictures of its own`);

  const data = await loadData("test", tellData(progress));
  const learned = () => loadData("train", tellData(progress));
  const random = new RandomStream(seed).fork("explore");
  const lines = [`# ${basename(folder)}: ${kind.title}`, "", `After ${step} steps.`];
  let made = 0;
  for await (const artifact of model.explore({ parameters, data, learned, random })) {
    const path = writeArtifact(join(folder, "samples"), artifact);
    const event = { type: "artifact", path, caption: artifact.caption };
    console.log(switches.has("json") ? JSON.stringify(event) : `${path}\n  ${artifact.caption}`);
    const file = basename(path);
    const shown = file.endsWith(".txt") ? `[${file}](${file})` : `![${artifact.caption}](${file})`;
    lines.push("", `## ${artifact.name.replaceAll("_", " ")}`, "", artifact.caption, "", shown);
    made++;
    signal.throwIfAborted();
  }
  const index = join(folder, "samples", "explore.md");
  writeFileAtomic(index, lines.join("\n") + "\n");
  if (!switches.has("json")) console.log(`\n${made} pictures; ${index} shows them all`);
  dispose();
}
