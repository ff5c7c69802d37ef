// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task train MODEL`: trains a generative model. `--help` tells the rest.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MODEL_KINDS, modelKind } from "../generative/models/kinds.ts";
import type { ModelConfig, ModelKind } from "../generative/models/model.ts";
import { type ModelEvent, trainModel } from "../generative/models/train_model.ts";
import { startBackend } from "../generative/runtime/mod.ts";
import {
  type Config,
  type MetricsDamageEvent,
  MetricsWriter,
  resolveConfig,
  RunFolder,
} from "../generative/train/mod.ts";
import {
  Interrupted,
  interruptSignal,
  parseArguments,
  runTask,
  usage,
  UsageError,
  wrapNames,
} from "./cli.ts";
import { damageLine } from "./damage_line.ts";
import { backendLine, describeEnvironment, installLine } from "./environment.ts";
import { formatMetrics, tellModel } from "./model_report.ts";
import { HELD_OUT } from "./model_results.ts";
import { Progress } from "./progress.ts";
import { shellWord } from "./shell_word.ts";

const HELP = `deno task train MODEL [--preset book|default|smoke] [options]

Trains a model, measures it after every epoch on data that it does not learn from, and draws samples. Stopped or
killed at any moment, the same command goes on and ends with the same numbers.

  --preset NAME   book (the book's), default (fifteen minutes on two cores at most) or smoke (seconds)
  --data NAME     a data set (deno task data lists them), or a folder or file of your own
  --run NAME      the run's name (default: model, preset and seed, such as vae-fashion-default-1)
  --runs DIR      the folder of all runs (default: runs)
  --json          one JSON object an event on standard output instead of bars
  --help          this text; behind a model's name, that model's fields and what its presets say
  --KEY VALUE     overrides a field of the preset

Models (deno task models tells more):
${wrapNames(MODEL_KINDS.map(({ name }) => name))}`;

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const flags = { preset: "value", run: "value", runs: "value", json: "switch", help: "switch" } as const;
  const kind = nameKind(Deno.args);
  const others = Object.keys((kind ?? MODEL_KINDS[0]).schema.entries).filter((key) => key !== "model");
  const { values, switches, positionals, rest } = parseArguments(Deno.args, flags, { others });
  if (switches.has("help")) return console.log(kind ? modelHelp(kind) : HELP);
  if (!kind || positionals.length !== 1) {
    throw new UsageError(
      `Cannot train: expected one model such as ${MODEL_KINDS[0].name}, got ${
        positionals.join(" ") || "none"
      }; deno task models lists them`,
    );
  }
  const { config, preset, overrides } = usage(() =>
    resolveConfig(kind.schema, kind.presets, { preset: values.preset, overrides: rest })
  );
  const name = values.run ?? `${kind.name}-${preset}-${config.seed}`;
  if (!/^\w[\w.-]*$/.test(name)) {
    throw new UsageError(`Cannot use --run "${name}": expected a name of letters, digits, ".", "_", "-"`);
  }
  const options = { root: values.runs ?? "runs", config: config as ModelConfig };
  const fresh = !existsSync(join(options.root, name)); // no folder of anybody's
  using folder = RunFolder.open(name, options);
  const signal = interruptSignal();
  const progress = new Progress();
  const print = switches.has("json") ? (event: object) => console.log(JSON.stringify(event)) : undefined;
  const backend = await startBackend({
    onEvent: (event) => {
      const line = installLine(event);
      if (print) print(event);
      else if (line !== undefined) progress.line(line);
    },
  });
  folder.describe({ ...describeEnvironment(backend), preset, overrides: { ...overrides } as Config });
  if (print) print({ type: "run", folder: folder.path, resumed: folder.resumed, preset, backend });
  else {
    progress.line(`${folder.resumed ? "Goes on with" : "Writes to"} "${folder.path}"`);
    progress.line(backendLine(backend));
  }

  const tell = print ?? tellModel(progress);
  const onDamage = (event: MetricsDamageEvent) => print ? print(event) : progress.line(damageLine(event));
  const measure = recordMetrics(new MetricsWriter(folder.path, { now: Date.now, onDamage }));
  let begun = false;
  const onEvent = (event: ModelEvent) => {
    begun ||= event.type === "plan";
    measure(event);
    tell(event);
  };
  try {
    const hooks = { onEvent, now: () => performance.now(), signal };
    const metrics = await trainModel(kind, config as ModelConfig, folder.path, hooks);
    progress.clear();
    if (print) print({ type: "result", folder: folder.path, metrics });
    else printResult(metrics, folder.path);
  } catch (error) {
    progress.clear();
    if (!begun && fresh && !folder.resumed) folder.remove(); // nothing is in it but the mistake
    if (!begun && (error instanceof RangeError || error instanceof TypeError)) {
      throw new UsageError(error.message, { cause: error }); // such data are not to be had, or do not fit the model
    }
    if (!(error instanceof Interrupted)) throw error;
    error.message =
      `Stopped; nothing that was saved is lost. The same command goes on where "${folder.path}" stands`;
    throw error;
  }
}

/** The model that the arguments begin with. @throws UsageError naming the nearest one. */
function nameKind([first]: readonly string[]): ModelKind | undefined {
  return first === undefined || first.startsWith("-") ? undefined : usage(() => modelKind(first));
}

function modelHelp({ name, title, paper, chapter, schema, presets }: ModelKind): string {
  const keys = Object.keys(schema.entries).filter((key) => key !== "model");
  const width = Math.max(...keys.map((key) => key.length));
  const row = (key: string, cells: readonly string[]) =>
    `  ${key.padEnd(width + 4)}${cells.map((cell) => cell.padEnd(16)).join("")}`.trimEnd();
  const columns = Object.values(presets);
  return [
    `deno task train ${name}: ${title} (chapter ${chapter}; ${paper})`,
    "",
    row("", Object.keys(presets)),
    ...keys.map((key) => row(`--${key}`, columns.map((preset) => String(preset[key])))),
  ].join("\n");
}

/** Writes what training measures to the run's metrics: losses under the model's name, the rest as `held-out`. */
function recordMetrics(metrics: MetricsWriter): (event: ModelEvent) => void {
  return (event) => {
    if (event.type === "start") {
      const step = event.steps === 0 ? -1 : event.step; // what is fitted at once is measured anew
      metrics.resume(event.name, step);
      metrics.resume(HELD_OUT, step - 1); // what was measured there is measured again
    } else if (event.type === "evaluate") metrics.write(HELD_OUT, event.step, event.metrics);
    else if (event.type === "progress" && "losses" in event) metrics.record(event);
  };
}

function printResult(metrics: Record<string, number>, folder: string): void {
  const draws = readdirSync(join(folder, "samples")).length > 0; // classifiers draw nothing
  console.log(`\nHeld-out data: ${formatMetrics(metrics)}`);
  if (draws) console.log(`Samples: ${folder}/samples`);
  console.log(`Measurements: ${folder}/metrics.jsonl, and ${folder}/tensorboard for TensorBoard`);
  const run = shellWord(folder);
  const next = [draws ? `sample ${run} --n 64 --seed 7` : "", `explore ${run}`, `evaluate ${run}`];
  console.log(`Next: ${next.filter(Boolean).map((task) => `deno task ${task}`).join("\n      ")}`);
}
