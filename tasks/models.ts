// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task models`: lists the generative models with what they came to. `--help` tells the rest.
 *
 * @module
 */
import { MODEL_KINDS } from "../generative/models/kinds.ts";
import { formatCount, formatDuration, parseArguments, runTask, table, UsageError } from "./cli.ts";
import { formatMetrics } from "./model_report.ts";
import { type ModelResult, readResults } from "./model_results.ts";

const HELP = `deno task models [options]

Lists the models that deno task train knows, in the order of the book. Parameters, time and score are those of the
runs that docs/models/results.json tells of.

  --docs DIR   where results.json lies (default: docs/models)
  --json       one JSON object a model on standard output instead of a table
  --help       this text`;

/** Measurements of a model in the table; `--json` has all. */
const SHOWN = 3;

if (import.meta.main) await runTask(main);

// deno-lint-ignore require-await -- runTask wants a promise
async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    docs: "value",
    json: "switch",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  if (positionals.length > 0) throw new UsageError(`Cannot read "${positionals[0]}": expected no name`);
  const results = readResults(values.docs ?? "docs/models");
  if (switches.has("json")) {
    for (const { name, title, family, chapter, paper, presets } of MODEL_KINDS) {
      const result = results[name] ?? null;
      console.log(
        JSON.stringify({ name, title, family, chapter, paper, data: presets.default.data, result }),
      );
    }
    return;
  }
  const rows = MODEL_KINDS.map(({ name, chapter, paper, presets }) => {
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
  console.log(table([
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
