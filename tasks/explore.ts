/**
 * `deno task explore RUN`: makes a trained model's own pictures. `--help` tells the rest.
 *
 * @module
 */
import { basename, join } from "node:path";
import { writeFileAtomic } from "../core/atomic_file.ts";
import { RandomStream } from "../core/mod.ts";
import { writeArtifact } from "../generative/models/write_artifact.ts";
import { type Given, Task } from "./cli.ts";
import { chooseRun, RUN } from "./find_run.ts";
import { JSON_FLAG, MODULE_FLAG, wholeNumber } from "./flags.ts";
import { tellData } from "./model_report.ts";
import { lockRun, openModel } from "./open_model.ts";
import { shownPath } from "./paths.ts";
import { Progress } from "./progress.ts";
import { interruptSignal, print, printJson, UsageError } from "./run_task.ts";
import { useModule } from "./use_module.ts";

/** `deno task explore RUN`. */
export const TASK = new Task({
  name: "explore",
  help:
    "Visualises a trained model: its latent space, its reconstructions, its probabilities, what it looks at. The " +
    "pictures are written to the run's samples/, and explore.md describes them.",
  operand: RUN,
  flags: {
    seed: wholeNumber("seed of random choices", { fallback: 1 }),
    module: MODULE_FLAG,
    json: JSON_FLAG,
  },
  prepare: ({ module }) => useModule(module),
  examples: ["explore", "explore vae-fashion-default-1"],
});

const progress = new Progress();

if (import.meta.main) await TASK.run(main);

async function main({ flags: { seed, json }, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const { folder } = chooseRun(operands, { task: "explore", kinds: ["model"] });
  const signal = interruptSignal();
  using _lock = lockRun(folder);
  const { kind, model, parameters, step, loadData, dispose } = await openModel(folder, progress);
  if (!model.explore) throw new UsageError(`Cannot explore: ${kind.name} has nothing to visualise`);

  const data = await loadData("test", tellData(progress));
  const learned = () => loadData("train", tellData(progress));
  const random = new RandomStream(seed).fork("explore");
  const lines = [`# ${basename(folder)}: ${kind.title}`, "", `After ${step} steps.`];
  let made = 0;
  for await (const artifact of model.explore({ parameters, data, learned, random })) {
    const path = writeArtifact(join(folder, "samples"), artifact);
    if (json) printJson({ type: "artifact", path: shownPath(path), caption: artifact.caption });
    else print(`${shownPath(path)}\n  ${artifact.caption}`);
    const file = basename(path);
    const shown = file.endsWith(".txt") ? `[${file}](${file})` : `![${artifact.caption}](${file})`;
    lines.push("", `## ${artifact.name.replaceAll("_", " ")}`, "", artifact.caption, "", shown);
    made++;
    signal.throwIfAborted();
  }
  const index = join(folder, "samples", "explore.md");
  writeFileAtomic(index, lines.join("\n") + "\n");
  if (!json) print(`\n${made} pictures; ${shownPath(index)} shows them all`);
  dispose();
}
