/**
 * `deno task document RUN`: makes a trained model's page in `docs/models/`, or an agent's row in `docs/agents.md`.
 * `--help` tells the rest.
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomic } from "../core/atomic_file.ts";
import { RandomStream } from "../core/mod.ts";
import { modelKinds } from "../generative/kinds.ts";
import type { LoadedModel } from "../generative/load_model.ts";
import type { Artifact, ModelKind } from "../generative/models/model.ts";
import { artifactFiles, samplesArtifact } from "../generative/models/write_artifact.ts";
import { agentResultOf, readAgentResults, writeAgentResults } from "./agent_results.ts";
import { agentsPage } from "./agents_page.ts";
import { type Given, Task } from "./cli.ts";
import { chooseRun, RUN } from "./find_run.ts";
import { MODULE_FLAG, path } from "./flags.ts";
import { formatCount, formatDuration } from "./format.ts";
import { formatMetrics, tellData } from "./model_report.ts";
import { type ModelResult, readResults, resultOf, runCharts, writeResults } from "./model_results.ts";
import { openModel } from "./open_model.ts";
import { type PageSection, readPageText } from "./page_text.ts";
import { projectPath, shownPath } from "./paths.ts";
import { Progress } from "./progress.ts";
import { print, usage } from "./run_task.ts";
import { shellWord } from "./shell_word.ts";
import { useModule } from "./use_module.ts";

/** `deno task document RUN`. */
export const TASK = new Task({
  name: "document",
  help:
    "Writes the page of a trained model, docs/models/MODEL.md with its curves, samples and pictures, and its row " +
    "in docs/models/README.md and in results.json, which deno task models reads. Of a run of deno task " +
    "train-world-model, or of an agent, writes the row in docs/agents.md and agents.json.",
  operand: RUN,
  flags: {
    docs: path("DIR", "output folder", "the project's docs/models; for agents its docs"),
    module: MODULE_FLAG,
  },
  prepare: ({ module }) => useModule(module),
  writes: "docs",
  examples: [
    "document vae-fashion-default-1",
    "document runs/mine --docs pages",
    "document car-racing-default-1",
  ],
});

/** Pictures or texts on a page, of those that the model draws after an epoch; points it shows as many as that. */
const SAMPLES = 36;
/** Pictures on a page of a model that names none. */
const PICTURES = 4;

/** Lines of a text that a page shows. */
const LINES = 18;

/** What a page shows, beside it. */
interface Shown {
  path: string;
  caption: string;
  /** Of what is no picture. */
  text?: string;
  /** Links to what comes with it, such as MIDI files; "" where nothing does. */
  heard: string;
}

const progress = new Progress();

if (import.meta.main) await TASK.run(main);

async function main({ flags, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const { folder, kind: family } = chooseRun(operands, { task: "document" });
  if (family !== "model") return documentAgent(folder, flags.docs ?? projectPath("docs"));
  const docs = flags.docs ?? projectPath("docs/models");
  const results = readResults(docs);
  const loaded = await openModel(folder, progress);
  const { kind } = loaded;
  const { name } = kind;
  const text = usage(() => readPageText(kind, flags.module));
  const result = resultOf(folder, loaded);
  const shown: Shown[] = [];
  const show = (artifact: Artifact) => {
    const [path, ...others] = artifactFiles(artifact, { sound: false }).map(({ ending, bytes }) => {
      const path = `${name}/${artifact.name}.${ending}`;
      writeFileAtomic(join(docs, path), bytes);
      return path;
    });
    const heard = others.map((path, i) => `[${i + 1}](${path})`).join(", ");
    const text = "text" in artifact.content ? artifact.content.text : undefined;
    shown.push({ path, caption: artifact.caption.replace(/\.$/, ""), text, heard });
  };
  const { losses, distances } = runCharts(folder, name, kind.page?.losses);
  if (losses) show({ name: "losses", caption: "Losses by step", content: { svg: losses } });
  if (distances) {
    const caption = "Fréchet distance of samples from the data, after every epoch";
    show({ name: "distances", caption, content: { svg: distances } });
  }
  for await (const artifact of picturesOf(loaded)) show(artifact);
  loaded.dispose();

  writeFileAtomic(join(docs, `${name}.md`), page(kind, result, { text, shown }));
  results[name] = result;
  writeResults(docs, results);
  writeFileAtomic(join(docs, "README.md"), index(results));
  print(`${shownPath(join(docs, `${name}.md`))}: ${shown.length} pictures`);
}

/** The row of an agent, or of a world and what learned in its dreams. */
function documentAgent(folder: string, docs: string): void {
  const results = readAgentResults(docs);
  const { command, result } = agentResultOf(folder);
  results[command] = result;
  writeAgentResults(docs, results);
  const path = join(docs, "agents.md");
  writeFileAtomic(path, agentsPage(results));
  const count = Object.keys(results).length;
  print(`${shownPath(path)}: ${count} run${count === 1 ? "" : "s"}`);
}

/** Samples, then what the model's page is to show. */
async function* picturesOf(
  { kind, model, shape, parameters, loadData }: LoadedModel,
): AsyncGenerator<Artifact> {
  const random = new RandomStream(1);
  if (model.sample) {
    const most = shape.kind === "points" ? Infinity : SAMPLES;
    const count = Math.min(most, Math.max(model.epochSamples ?? SAMPLES, 1));
    const samples = await model.sample(parameters, { count, random: random.fork("sample") });
    yield samplesArtifact(samples, { name: "samples", caption: `${count} samples, not picked` });
  }
  if (!model.explore) return;
  const { pictures } = kind.page ?? {};
  const wanted = new Set(pictures);
  const data = await loadData("test", tellData(progress));
  const learned = () => loadData("train", tellData(progress));
  let shown = 0;
  for await (const artifact of model.explore({ parameters, data, learned, random: random.fork("explore") })) {
    const show = pictures ? wanted.delete(artifact.name) : artifact.name !== "samples";
    if (show) {
      shown++;
      yield artifact;
    }
    if (pictures ? wanted.size === 0 : shown === PICTURES) return;
  }
  if (wanted.size > 0) progress.line(`${kind.name} has no such pictures: ${[...wanted].join(", ")}`);
}

function page(
  { name, title, family, chapter, paper }: ModelKind,
  { preset, overrides, module, data, parameters, trainable, steps, epochs, seconds, metrics, machine, date }:
    ModelResult,
  { text, shown }: { text: readonly PageSection[]; shown: readonly Shown[] },
): string {
  const unfinished = epochs ? `, ${epochs.trained} of ${epochs.planned} epochs` : "";
  const from = module === undefined ? "" : ` --module ${shellWord(module)}`;
  const changed = Object.entries(overrides).map(([key, value]) => ` --${key} ${shellWord(String(value))}`)
    .join("");
  const how = steps > 0 ? "learned by gradients" : "fitted";
  const learned = trainable < parameters ? ` (${formatCount(trainable)} ${how})` : "";
  const pictures = shown.flatMap(({ path, caption, text, heard }) =>
    text === undefined
      ? [`![${caption}](${path})`, "", `*${caption}.${heard && ` As MIDI: ${heard}.`}*`, ""]
      : [
        "```",
        ...text.trimEnd().split("\n").slice(0, LINES),
        "```",
        "",
        `*${caption}: [all of it](${path}).*`,
        "",
      ]
  );
  return [
    `# ${title}`,
    "",
    `\`${name}\`, ${family}, chapter ${chapter}. ${paper}.`,
    "",
    "| | |",
    "| --- | --- |",
    `| command | \`deno task train ${name}${from} --preset ${preset}${changed}\` |`,
    `| data | ${data} |`,
    `| parameters | ${formatCount(parameters)}${learned} |`,
    `| training | ${formatCount(steps)} steps in ${formatDuration(seconds)}${unfinished} |`,
    `| held-out data | ${formatMetrics(metrics)} |`,
    `| machine | ${machine}; ${date} |`,
    "",
    ...text.flatMap(({ heading, text }) => [`**${heading}.** ${text}`, ""]),
    ...pictures,
  ].join("\n").trimEnd() + "\n";
}

/** The list of all pages. */
function index(results: Record<string, ModelResult>): string {
  const known = new Map(modelKinds().map((kind) => [kind.name, kind]));
  const others = Object.keys(results).filter((name) => !known.has(name)); // of modules that are not there now
  const rows = [...known.keys(), ...others].filter((name) => name in results).map((name) => {
    const { chapter = "-", title = name } = known.get(name) ?? {};
    const { preset, epochs, data, parameters, seconds, metrics } = results[name];
    const unfinished = epochs ? `, ${epochs.trained} of ${epochs.planned} epochs` : "";
    return `| [${name}](${name}.md) | ${chapter} | ${title} | ${data} | ${
      formatCount(parameters)
    } | ${preset}${unfinished} | ${formatDuration(seconds)} | ${formatMetrics(metrics)} |`;
  });
  return [
    "# Results",
    "",
    "Every page, number and picture here is written by `deno task document RUN` from a run; `deno task models` prints the table.",
    "",
    "| model | chapter | what | data | parameters | preset | time | held-out data |",
    "| --- | --- | --- | --- | ---: | --- | ---: | --- |",
    ...rows,
    "",
  ].join("\n");
}
