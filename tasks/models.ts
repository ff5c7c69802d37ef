/**
 * `deno task models`: lists the generative models with their results. `--help` tells the rest.
 *
 * @module
 */
import { modelKinds } from "../generative/kinds.ts";
import { type Given, Task } from "./cli.ts";
import { JSON_FLAG, MODULE_FLAG, path } from "./flags.ts";
import { formatCount, formatDuration, table } from "./format.ts";
import { formatMetrics } from "./model_report.ts";
import { type ModelResult, readResults } from "./model_results.ts";
import { projectPath } from "./paths.ts";
import { print, printJson } from "./run_task.ts";
import { useModule } from "./use_module.ts";

/** `deno task models`. */
export const TASK = new Task({
  name: "models",
  help:
    "Lists the models of deno task train in the order of the book, with their parameters, training time and scores from " +
    "docs/models/results.json.",
  flags: {
    docs: path("DIR", "folder of results.json", "the project's docs/models"),
    module: MODULE_FLAG,
    json: JSON_FLAG,
  },
  prepare: ({ module }) => useModule(module),
  examples: ["models", "models --json"],
});

/** Measurements of a model in the table; `--json` has all. */
const SHOWN = 3;

if (import.meta.main) await TASK.run(main);

function main({ flags }: Given<typeof TASK.options.flags>): void {
  const results = readResults(flags.docs ?? projectPath("docs/models"));
  if (flags.json) {
    for (const { name, title, family, chapter, paper, presets } of modelKinds()) {
      const result = results[name] ?? null;
      printJson({ type: "model", name, title, family, chapter, paper, data: presets.default.data, result });
    }
    return;
  }
  const rows = modelKinds().map(({ name, chapter, paper, presets }) => {
    const result = results[name];
    return [
      name,
      String(chapter),
      paper.replace(/^(.*?\b\d{4}\b).*$/, "$1"),
      presets.default.data,
      result ? formatCount(result.parameters) : "-",
      result ? result.preset : "-",
      result ? formatDuration(result.seconds) : "-",
      result ? formatMetrics(mostTelling(result.metrics)) : "-",
    ];
  });
  print(table([
    ["model", "chapter", "paper", "data", "parameters", "preset", "time", "held-out data"],
    ...rows,
  ]));
}

/** The first measurements, and the distance of samples from the data where it was measured. */
function mostTelling(metrics: ModelResult["metrics"]): ModelResult["metrics"] {
  const all = Object.entries(metrics).filter(([name]) => !name.startsWith("KD-"));
  const distance = all.filter(([name]) => name.startsWith("FD-"));
  const others = all.filter(([name]) => !name.startsWith("FD-"));
  return Object.fromEntries([...others.slice(0, SHOWN - distance.length), ...distance]);
}
