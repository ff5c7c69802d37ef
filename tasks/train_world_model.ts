// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task train-world-model`: collects rollouts, trains vision and memory, trains a controller in the dream, and
 * drives it in reality. `--help` tells the rest.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { checkRunConfig } from "../agents/train_world_model/check_run_config.ts";
import { TRAIN_WORLD_MODEL_PRESETS, TrainWorldModelSchema } from "../agents/train_world_model/config.ts";
import type { WorldModelEvent } from "../agents/train_world_model/events.ts";
import { trainWorldModel, type WorldModelResult } from "../agents/train_world_model/train_world_model.ts";
import { startBackend } from "../generative/runtime/mod.ts";
import { type MetricsDamageEvent, MetricsWriter, resolveConfig, RunFolder } from "../generative/train/mod.ts";
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
import { Progress } from "./progress.ts";
import { shellWord } from "./shell_word.ts";
import { tellProgress, testTable } from "./world_model_report.ts";

const FIELDS = Object.keys(TrainWorldModelSchema.entries);

const HELP = `deno task train-world-model [--preset ${
  Object.keys(TRAIN_WORLD_MODEL_PRESETS).join("|")
}] [options]

Collects rollouts, trains vision and memory, trains a controller inside the dream only, drives it on real tracks.
Stopped or killed at any moment, the same command goes on and ends with the same numbers.

  --preset NAME   what to start from (default: default)
  --run NAME      the run's name (default: the preset and the seed, such as default-1)
  --runs DIR      the folder of all runs (default: runs)
  --json          one JSON object an event on standard output instead of bars and tables
  --help          this text
  --KEY VALUE     overrides a field of the preset:
${wrapNames(FIELDS)}`;

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const flags = { preset: "value", run: "value", runs: "value", json: "switch", help: "switch" } as const;
  const { values, switches, positionals, rest } = parseArguments(Deno.args, flags, { others: FIELDS });
  if (switches.has("help")) return console.log(HELP);
  if (positionals.length > 0) {
    throw new UsageError(`Cannot read "${positionals[0]}": expected --key value; --help lists the keys`);
  }
  const { config, preset } = usage(() => {
    const options = { preset: values.preset, overrides: rest };
    const resolved = resolveConfig(TrainWorldModelSchema, TRAIN_WORLD_MODEL_PRESETS, options);
    checkRunConfig(resolved.config);
    return resolved;
  });
  const name = values.run ?? `${preset}-${config.seed}`;
  if (!/^\w[\w.-]*$/.test(name)) {
    throw new UsageError(`Cannot use --run "${name}": expected a name of letters, digits, ".", "_", "-"`);
  }
  const root = values.runs ?? "runs";
  using folder = RunFolder.open(name, { root, config });
  const signal = interruptSignal();
  const progress = new Progress();
  const print = switches.has("json") ? printJson : undefined;
  const backend = await startBackend({
    onEvent: (event) => print ? print(event) : progressLine(progress, installLine(event)),
  });
  folder.describe(describeEnvironment(backend));
  if (print) print({ type: "run", folder: folder.path, resumed: folder.resumed, preset, backend });
  else {
    progress.line(`${folder.resumed ? "Goes on with" : "Writes to"} "${folder.path}"`);
    progress.line(backendLine(backend));
  }

  const tell = print ?? tellProgress(progress, config.rounds);
  const onDamage = (event: MetricsDamageEvent) => print ? print(event) : progress.line(damageLine(event));
  const measure = recordMetrics(new MetricsWriter(folder.path, { now: Date.now, onDamage }));
  const onEvent = (event: WorldModelEvent) => {
    measure(event);
    tell(event);
  };
  try {
    const hooks = { onEvent, now: () => performance.now(), signal };
    const result = await trainWorldModel(config, folder.path, hooks);
    progress.clear();
    if (print) print({ type: "result", folder: folder.path, ...result });
    else printResult(result, folder.path);
  } catch (error) {
    progress.clear();
    if (!(error instanceof Interrupted)) throw error;
    error.message =
      `Stopped; nothing that was saved is lost. The same command goes on where "${folder.path}" stands`;
    throw error;
  }
}

/** Writes training, rounds and tests to the run's metrics. */
function recordMetrics(metrics: MetricsWriter): (event: WorldModelEvent) => void {
  const replace = (name: string, step: number, values: Record<string, number>) => {
    metrics.resume(name, step - 1);
    metrics.write(name, step, values);
  };
  return (event) => {
    if (event.type === "round") {
      const { round, ...values } = event.report;
      replace("round", round, values);
    } else if (event.type === "test") {
      const { driver, ...values } = event.report;
      replace(`test ${driver}`, 1, values);
    } else if (event.type !== "plan" && event.type !== "stage" && event.type !== "work") {
      metrics.record(event);
    }
  };
}

/** What a run came to, on standard output. */
function printResult({ tests }: WorldModelResult, folder: string): void {
  const samples = existsSync(`${folder}/samples`) ? readdirSync(`${folder}/samples`) : [];
  console.log(`\n${testTable(tests)}\n`);
  if (samples.length > 0) console.log(`Pictures: ${folder}/samples (${samples.toSorted().join(", ")})`);
  console.log(`Measurements: ${folder}/metrics.jsonl, and ${folder}/tensorboard for TensorBoard`);
  const run = shellWord(folder);
  console.log(`Next: deno task evaluate ${run} --episodes 100 --seeds 100-199`);
  console.log(
    `      python bench/gymnasium_drive.py ${run} --seeds 0-29    (the same controller in Gymnasium)`,
  );
}

function printJson(event: object): void {
  console.log(JSON.stringify(event));
}

function progressLine(progress: Progress, line: string | undefined): void {
  if (line !== undefined) progress.line(line);
}
